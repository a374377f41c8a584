import { type Limit, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redisStore } from '../src/index.ts'
import { ExactBucket, ExactWindow, type Oracle } from './oracle.ts'
import { patient, privateRedis } from './redis.ts'
import { timedClient } from './timed-client.ts'

/** Half of the requests come right after another, or at the very µs at which there is room again. */
const step = fc.record({
  wait: fc.oneof(fc.constantFrom(0, 0, 1), fc.integer({ min: 0, max: 400_000 }), fc.constant('retryAfter' as const)),
  kind: fc.constantFrom<'take' | 'peek' | 'refund'>('take', 'take', 'take', 'take', 'peek', 'refund'),
  cost: fc.constantFrom(1, 1, 1, 0, 2, 3),
  atOnce: fc.constantFrom(1, 1, 1, 2, 5),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
const schedule = fc.array(step, { minLength: 1, maxLength: 40 })
const rate = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.constantFrom(0.1, 0.7, 2.5, 3, 7, 7_000, 3_000_000, Math.PI, 1 / 3),
)

describe('Redis decides as an obvious oracle does', () => {
  const redis = privateRedis()
  let runs = 0

  async function follow(limit: Limit, oracle: Oracle, steps: readonly Step[], written = true): Promise<void> {
    let now = 1_790_000_000_123_456
    let retryAfter = 0
    const key = `run ${runs++}`
    const store = redisStore(
      timedClient(redis.client, () => now),
      patient,
    )
    for (const { wait, kind, cost, atOnce } of steps) {
      now += wait === 'retryAfter' ? retryAfter : wait
      const request = { limits: [limit], key, cost }
      if (kind === 'refund') {
        await store.refund(request)
        oracle.refund(now, cost)
        continue
      }
      const decisions = await Promise.all(Array.from({ length: atOnce }, () => store[kind](request)))
      for (const decision of decisions) {
        // What cannot be written with digits is right to the µs.
        const expected = oracle.admits(now, cost)
        const isEdge = !written && expected !== oracle.admits(now + (expected ? -1 : 1), cost)
        if (!isEdge) expect(decision.allowed).toBe(expected)
        if (kind === 'take' && decision.allowed) oracle.charge(now, cost)
        if (!decision.allowed && decision.retryAfter < Infinity) retryAfter = Math.round(decision.retryAfter * 1_000)
      }
    }
  }

  it('by token buckets, whole, fractional and irrational, to the µs', async () => {
    await fc.assert(
      fc.asyncProperty(rate, fc.constantFrom(1, 2, 2.5, 5, 20), schedule, async (rate, burst, steps) => {
        const limit = tokenBucketLimit({ rate, burst })
        await follow(limit, new ExactBucket(limit), steps, String(rate).length < 10)
      }),
      { numRuns: 150 },
    )
  })

  it('by sliding windows', async () => {
    const figures = fc.record({
      limit: fc.integer({ min: 1, max: 12 }),
      window: fc.constantFrom(1, 100, 333, 1_000, 2_000.5),
      slots: fc.constantFrom(1, 2, 3, 10, 1_000),
    })
    await fc.assert(
      fc.asyncProperty(figures, schedule, async (figures, steps) => {
        const limit = slidingWindowLimit(figures)
        await follow(limit, new ExactWindow(limit), steps)
      }),
      { numRuns: 150 },
    )
  })

  it('admits in every window T at most burst + rate · T, and at saturation no less than that − 1', async () => {
    for (const rate of [3, 7, 40, 0.9, 1_000 / 7]) {
      const limit = tokenBucketLimit({ rate, burst: 4 })
      let now = 1_790_000_000_000_001
      const store = redisStore(
        timedClient(redis.client, () => now),
        patient,
      )
      const admitted: number[] = []
      for (let i = 0; i < 250; i++) {
        // Often enough to take each token when it comes.
        now += Math.floor(1e6 / rate / 3)
        const { allowed } = await store.take({ limits: [limit], key: `saturated ${rate}`, cost: 1 })
        if (allowed) admitted.push(now)
      }
      for (let from = 0; from < admitted.length; from++) {
        for (let to = from; to < admitted.length; to++) {
          const seconds = ((admitted[to] as number) - (admitted[from] as number)) / 1e6
          expect(to - from + 1).toBeLessThanOrEqual(4 + rate * seconds + 1e-6)
        }
      }
      const whole = (now - 1_790_000_000_000_001) / 1e6
      expect(admitted.length).toBeGreaterThanOrEqual(4 + rate * whole - 1 - 1)
    }
  })

  it('loses nothing to rounding in forty thousand decisions, whatever the rate', async () => {
    const limit = tokenBucketLimit({ rate: 7_000, burst: 1 })
    let now = 1_790_000_000_000_000
    const store = redisStore(
      timedClient(redis.client, () => now),
      patient,
    )
    let admitted = 0
    for (let i = 0; i < 60; i++) {
      now += 100_000
      const wide = { ...limit, burst: 700 }
      const decisions = await Promise.all(
        Array.from({ length: 701 }, () => store.take({ limits: [wide], key: 'drift', cost: 1 })),
      )
      admitted += decisions.filter(({ allowed }) => allowed).length
    }
    expect(admitted).toBe(42_000)
  })
})
