import { describe, expect, it, vi } from 'vitest'
import { type FairnessFigures, fairness, keyed, open, prioritized, shared } from '../src/fairness.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** The line: the others get what they get when nobody is greedy, and wait no more than half as long again. */
const takesNothing = (greedy: FairnessFigures, usual: FairnessFigures): boolean =>
  greedy.others.goodput >= 0.99 && greedy.others.p99 <= 1.5 * usual.others.p99

describe('a tenant who calls a hundred times as often as any of a hundred others', () => {
  it('takes nothing from them where each has a bulkhead of his own', async () => {
    const figures = await fairness(keyed, { greedy: true })
    expect(takesNothing(figures, await fairness(keyed, { greedy: false }))).toBe(true)
    expect(figures.greedy.goodput).toBeLessThan(0.2)
  })

  it('takes nothing from them where he is less important, in one bulkhead with CoDel', async () => {
    const figures = await fairness(prioritized, { greedy: true, priority: 'background' })
    expect(takesNothing(figures, await fairness(prioritized, { greedy: false }))).toBe(true)
    expect(figures.greedy.goodput).toBeGreaterThan(0.15)
  })

  it.each(Object.entries({ open, shared }))(
    'takes all from them, or half, where nothing keeps him apart: %s',
    async (_, door) => {
      const usual = await fairness(door, { greedy: false })
      const figures = await fairness(door, { greedy: true })
      expect(usual.others.goodput).toBeGreaterThan(0.99)
      expect(takesNothing(figures, usual)).toBe(false)
      expect(figures.others.goodput).toBeLessThan(0.7)
    },
  )
})
