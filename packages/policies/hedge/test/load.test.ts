import { budget } from '@holdfast/budget'
import { describe, expect, it } from 'vitest'
import { drive, type Latency, latencies } from './upstream.ts'

const shapes = Object.entries<Latency>(latencies)
const calls = 12_000
/** So much that it never says no: the delay alone keeps the load. */
const boundless = () => budget({ ratio: 1, initial: 1_000_000_000, max: 1_000_000_000 })

describe('the extra load', { timeout: 60_000 }, () => {
  it.each(shapes)('stays within 5.5 %% of the calls where maxExtraLoad is 5 %%: %s', async (_, latency) => {
    const { extra, errors } = await drive({ latency, calls })
    expect(extra).toBeLessThanOrEqual(0.05 + 10 / calls)
    expect(extra).toBeGreaterThan(0.02)
    expect(errors).toBe(0)
  })

  it.each(shapes)('stays at the share through what the durations say alone, with no budget: %s', async (_, latency) => {
    const { extra } = await drive({ latency, calls, options: { budget: boundless() } })
    expect(extra).toBeLessThanOrEqual(0.055)
    expect(extra).toBeGreaterThan(0.02)
  })

  it.each([0.02, 0.1, 0.3])('follows another share: %s', async (maxExtraLoad) => {
    const { extra } = await drive({
      latency: latencies.exponential,
      calls,
      options: { maxExtraLoad, budget: boundless() },
    })
    expect(extra / maxExtraLoad).toBeLessThanOrEqual(1.2)
    expect(extra / maxExtraLoad).toBeGreaterThanOrEqual(0.8)
  })

  it('leaves room for the failures that are hedged: they and the slow ones together are the share', async () => {
    const { extra, errors } = await drive({
      latency: latencies.exponential,
      calls,
      failures: 0.02,
      options: { budget: boundless() },
    })
    expect(extra).toBeLessThanOrEqual(0.055)
    expect(extra).toBeGreaterThan(0.04)
    expect(errors / calls).toBeLessThan(0.002)
  })

  it('is held by the budget where more calls fail than may be hedged', async () => {
    const { extra } = await drive({ latency: latencies['few hang'], calls, failures: 0.3 })
    expect(extra).toBeLessThanOrEqual(0.05 + 10 / calls)
  })

  it('is held by the budget while everything becomes slower, and settles at the share again', async () => {
    const latency: Latency = (random, now) => (now < 4_000 ? 1 : 4) * latencies.exponential(random)
    const { extra, policy } = await drive({ latency, calls })
    expect(extra).toBeLessThanOrEqual(0.05 + 10 / calls)
    const { delay = 0 } = policy.snapshot()
    // The delay that is exceeded by a twentieth of what takes 80 ms on the average.
    expect(delay / (80 * Math.log(20))).toBeGreaterThan(0.8)
    expect(delay / (80 * Math.log(20))).toBeLessThan(1.25)
  })
})

describe('the tail', { timeout: 60_000 }, () => {
  it('is eight times shorter, at p99 and p99.9, where 2 % of the requests hang for 300 ms', async () => {
    const latency = latencies['few hang']
    const bare = await drive({ latency, calls, options: { maxExtraLoad: 0.000_001, minSamples: Infinity } })
    const hedged = await drive({ latency, calls })
    expect(bare.within(0.99) / hedged.within(0.99)).toBeGreaterThanOrEqual(8)
    expect(bare.within(0.999) / hedged.within(0.999)).toBeGreaterThanOrEqual(8)
    expect(hedged.extra).toBeLessThanOrEqual(0.055)
  })

  it('is the same from the same seed', async () => {
    const once = await drive({ latency: latencies['log-normal'], calls: 3_000, seed: 7 })
    const again = await drive({ latency: latencies['log-normal'], calls: 3_000, seed: 7 })
    expect(again.extra).toBe(once.extra)
    expect(again.within(0.999)).toBe(once.within(0.999))
  })
})
