import { setTimeout as sleep } from 'node:timers/promises'
import { storeContract } from '@holdfast/testing/store-contract'
import { describe, it } from 'vitest'
import { redisStore } from '../src/index.ts'
import { patient, privateRedis } from './redis.ts'
import { timedClient } from './timed-client.ts'

describe('a store on Redis', () => {
  const redis = privateRedis()

  describe('by the time of the server', () => {
    const harness = {
      open: () => redisStore(redis.client, patient),
      advance: (ms: number) => sleep(Math.ceil(ms) + 1),
      tolerance: 200,
    }
    for (const { name, run } of storeContract(harness)) it.concurrent(name, run)
  })

  describe('by a time that the test sets', () => {
    let now = 1_790_000_000_000_000
    const harness = {
      open: () =>
        redisStore(
          timedClient(redis.client, () => now),
          patient,
        ),
      async advance(ms: number) {
        now += Math.ceil(ms * 1_000)
      },
      setBack(ms: number) {
        now -= ms * 1_000
      },
    }
    for (const { name, run } of storeContract(harness)) it(name, run)
  })
})
