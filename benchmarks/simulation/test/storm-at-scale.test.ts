import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Arm, naive, noRetry, ours } from '../src/arms.ts'
import { large } from '../src/scales.ts'
import { keepsUp, type StormFigures, staysDown, storm } from '../src/storm.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const stormOf = (arm: Arm, watch: number, maxQueued?: number): Promise<StormFigures> =>
  storm({ ...large, arm, watch, ...(maxQueued === undefined ? {} : { maxQueued }) })

describe('ten thousand clients and a hundred servers, after ten seconds at a tenth of the capacity', {
  timeout: 60_000,
}, () => {
  let without: StormFigures
  beforeAll(async () => {
    without = await stormOf(noRetry, 60_000)
  })

  it('recover as fast with the default budget as without retries', async () => {
    const figures = await stormOf(ours, 60_000)
    expect(without.recovery).toBeLessThan(30_000)
    expect(keepsUp(figures, without)).toBe(true)
    expect(figures.amplification).toBeGreaterThan(1)
  })

  it('stay down with three attempts and no budget', async () => {
    const figures = await stormOf(naive, 60_000)
    expect(staysDown(figures)).toBe(true)
    expect(keepsUp(figures, without)).toBe(false)
  })

  it('are well within five seconds where the servers shed', async () => {
    const { recovery, goodput } = await stormOf(ours, 10_000, 3)
    expect(recovery).toBeLessThanOrEqual(5_000)
    expect(goodput.after).toBeGreaterThan(0.95)
  })
})
