import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { privateRedis } from './redis.ts'
import type { Findings, Orders } from './worker.ts'

const worker = fileURLToPath(new URL('worker.ts', import.meta.url))

function runProcess(orders: Orders): Promise<Findings> {
  const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    let findings: Findings | undefined
    child.on('message', (message) => {
      findings = message as Findings
    })
    child.on('error', reject)
    child.on('exit', (code) =>
      findings === undefined ? reject(new Error(`a process ended with ${code}`)) : resolve(findings),
    )
    child.send(orders)
  })
}

async function serverTime(client: Redis): Promise<number> {
  const [seconds, microseconds] = await client.time()
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000
}

const processes = 4
const rate = 2_000
const burst = 500

describe('four processes that share a limit', () => {
  const redis = privateRedis()

  async function share(orders: Partial<Orders>, clockErrors = [0, 0, 0, 0]) {
    await redis.client.flushall()
    const { port } = redis.server
    const before = await serverTime(redis.client)
    const all = await Promise.all(
      clockErrors.map((clockError) =>
        runProcess({ port, rate, burst, lease: 1, atOnce: 32, duration: 1_500, clockError, ...orders }),
      ),
    )
    const after = await serverTime(redis.client)
    const admitted = all.reduce((sum, findings) => sum + findings.admitted, 0)
    expect(all.map(({ degraded }) => degraded)).toEqual([0, 0, 0, 0])
    return {
      admitted,
      /** More can never be admitted: the whole time, the start of the processes included. */
      most: burst + (rate * (after - before)) / 1_000,
      /** Less must not be: the time during which every one of them asked without a pause. */
      least:
        burst +
        (rate * (Math.min(...all.map(({ last }) => last)) - Math.min(...all.map(({ first }) => first)))) / 1_000,
    }
  }

  it('admit burst + rate · T at most, and N less at least, at saturation', async () => {
    const { admitted, most, least } = await share({})
    expect(admitted).toBeLessThanOrEqual(most)
    expect(admitted).toBeGreaterThanOrEqual(least - processes)
  })

  it('admit as much when their clocks are 5 s apart, before and behind', async () => {
    const { admitted, most, least } = await share({}, [5_000, -5_000, 0, 5_000])
    expect(admitted).toBeLessThanOrEqual(most)
    expect(admitted).toBeGreaterThanOrEqual(least - processes)
  })

  it('admit with leases of q burst + rate · T at most from full levels on, and all but what they hold at least', async () => {
    const lease = 20
    const { admitted, most, least } = await share({ lease })
    expect(admitted).toBeLessThanOrEqual(most)
    expect(admitted).toBeGreaterThanOrEqual(least - processes * lease)
  })
})
