import { expect, it, vi } from 'vitest'
import { contention } from '../src/contention.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

it.each([1, 2, 3])(
  'a hundred contenders with full jitter need six tenths of the attempts at most, seed %i',
  async (seed) => {
    const without = await contention('none', seed)
    expect(await contention('full', seed)).toBeLessThanOrEqual(0.6 * without)
    // In step all who are left try in each round, and one of them gets through.
    expect(without).toBe((100 * 101) / 2)
  },
)
