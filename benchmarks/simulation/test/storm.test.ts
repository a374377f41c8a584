import { beforeAll, describe, expect, it, vi } from 'vitest'
import { naive, noRetry, ours } from '../src/arms.ts'
import { small } from '../src/scales.ts'
import { keepsUp, type StormFigures, staysDown, storm } from '../src/storm.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('after ten seconds at a tenth of its capacity, a server that lets everybody wait', () => {
  let without: StormFigures
  beforeAll(async () => {
    without = await storm({ ...small, arm: noRetry })
  })

  it('recovers by itself from clients who never retry', () => {
    expect(without.goodput.before).toBeGreaterThan(0.99)
    expect(without.goodput.brownout).toBeLessThan(0.1)
    expect(without.recovery).toBeGreaterThan(10_000)
    expect(without.recovery).toBeLessThan(40_000)
    expect(staysDown(without)).toBe(false)
  })

  it.each([1, 2, 3])('recovers as fast from clients who retry with the default budget, seed %i', async (seed) => {
    const base = seed === 1 ? without : await storm({ ...small, seed, arm: noRetry })
    const figures = await storm({ ...small, seed, arm: ours })
    expect(keepsUp(figures, base)).toBe(true)
    expect(figures.amplification).toBeGreaterThan(1)
  })

  it('recovers as fast when ten processes, each with a budget of its own, share the load', async () => {
    expect(keepsUp(await storm({ ...small, processes: 10, arm: ours }), without)).toBe(true)
  })

  it('stays down for a minute under clients who retry without a budget', async () => {
    const figures = await storm({ ...small, arm: naive })
    expect(staysDown(figures)).toBe(true)
    expect(keepsUp(figures, without)).toBe(false)
    expect(figures.goodput.before).toBeGreaterThan(0.99)
  })
})

describe('a server that sheds what it cannot serve in time', () => {
  it.each(Object.entries({ noRetry, ours, naive }))('is well within five seconds: %s', async (_, arm) => {
    const { recovery, goodput } = await storm({ ...small, arm, maxQueued: 50, watch: 10_000 })
    expect(recovery).toBeLessThanOrEqual(5_000)
    expect(goodput.after).toBeGreaterThan(0.95)
  })
})
