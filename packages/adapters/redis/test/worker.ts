import { systemClock } from '@holdfast/core'
import { tokenBucketLimit } from '@holdfast/rate-limit'
import { Redis } from 'ioredis'
import { redisLimiter, redisStore } from '../src/index.ts'

/** What a process is told: it takes until the time is over, and says what it got. */
export interface Orders {
  readonly port: number
  readonly rate: number
  readonly burst: number
  readonly lease: number
  readonly atOnce: number
  readonly duration: number
  /** How wrong its clock is, in ms. */
  readonly clockError: number
}

export interface Findings {
  readonly admitted: number
  readonly degraded: number
  /** Its first and its last request, in ms of the machine's clock. */
  readonly first: number
  readonly last: number
}

async function work({ port, rate, burst, lease, atOnce, duration, clockError }: Orders): Promise<Findings> {
  const client = new Redis({ port, enableOfflineQueue: false, autoResendUnfulfilledCommands: false })
  await new Promise<void>((resolve) => client.once('ready', () => resolve()))
  const clock = { ...systemClock, now: () => systemClock.now() + clockError }
  const store = redisStore(client, { timeout: 5_000, clock })
  const limiter = redisLimiter(store, tokenBucketLimit({ name: 'api', rate, burst }), { lease, denyCache: lease > 1 })
  const machine = (): number => performance.timeOrigin + performance.now()
  const first = machine()
  const end = first + duration
  let last = first
  let admitted = 0
  let degraded = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (machine() < end) {
        last = Math.max(last, machine())
        const decision = await limiter.take('everybody')
        if (decision.allowed) admitted++
        if (decision.degraded) degraded++
      }
    }),
  )
  client.disconnect()
  return { admitted, degraded, first, last }
}

process.once('message', async (orders: Orders) => {
  process.send?.(await work(orders))
  process.disconnect()
})
