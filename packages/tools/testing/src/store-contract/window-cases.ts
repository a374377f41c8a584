import assert from 'node:assert/strict'
import { slidingWindowLimit } from '@holdfast/rate-limit'
import { isAllowed, isFigure, isRefused } from './expectations.ts'
import type { Bench } from './harness.ts'

const hour = slidingWindowLimit({ limit: 5, window: 3_600_000, slots: 2, name: 'hour' })
const brief = slidingWindowLimit({ limit: 3, window: 1_000, slots: 4, name: 'brief' })

export const windowCases: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  async 'admits its limit within a window and no more'(bench) {
    const limit = bench.own(hour)
    for (let left = 4; left >= 0; left--) {
      const decision = await bench.take([limit])
      isAllowed(decision, 'one within the limit')
      isFigure(decision.remaining, left, 'remaining counts down')
      isFigure(decision.limit, 5, 'limit is that of the window')
    }
    const refused = await bench.take([limit])
    isRefused(refused, [limit.name], 'one beyond the limit')
    assert.ok(refused.retryAfter <= 5_400_000 + 0.002, 'nothing counts for longer than the window and one part')
    assert.ok(refused.retryAfter >= 3_600_000 - 6 * bench.tolerance - 0.002, 'everything counts for a whole window')
    isFigure(refused.resetAfter, refused.retryAfter, 'resetAfter, where all was taken in one part')
  },

  async 'counts for a whole window, and for one part longer at most'(bench) {
    const limit = bench.own(brief)
    await bench.take([limit], 3)
    await bench.advance(Math.max(0, 999 - 3 * bench.tolerance))
    isRefused(await bench.take([limit]), [limit.name], 'one more within the window')
    await bench.advance(252 + 3 * bench.tolerance)
    isAllowed(await bench.take([limit], 3), 'the whole limit after the window and one part')
  },

  async 'admits again after exactly retryAfter, for a sole client'(bench) {
    const limit = bench.own(brief)
    await bench.take([limit], 2)
    await bench.advance(300)
    await bench.take([limit], 1)
    const refused = await bench.take([limit], 2)
    isRefused(refused, [limit.name], 'two more')
    await bench.advance(refused.retryAfter)
    isAllowed(await bench.take([limit], 2), 'the same after retryAfter')
  },

  async 'charges nothing for a refusal, and nothing for a cost of 0'(bench) {
    const limit = bench.own(hour)
    await bench.take([limit], 4)
    for (let round = 0; round < 20; round++) isRefused(await bench.take([limit], 2), [limit.name], '2 of 1')
    isAllowed(await bench.take([limit], 0), 'a cost of 0')
    isAllowed(await bench.take([limit], 1), '1 of 1')
    isAllowed(await bench.take([limit], 0), 'a cost of 0 where nothing remains')
  },

  async 'refuses a cost above the limit without a time to come back'(bench) {
    const limit = bench.own(hour)
    const refused = await bench.take([limit], 6)
    isRefused(refused, [limit.name], '6 of 5')
    isFigure(refused.retryAfter, Infinity, 'retryAfter is Infinity')
  },

  async 'gives back what is refunded, up to full'(bench) {
    const limit = bench.own(hour)
    await bench.take([limit], 5)
    await bench.refund([limit], 2)
    isFigure((await bench.peek([limit])).remaining, 2, 'what was refunded remains')
    await bench.refund([limit], 100)
    isFigure((await bench.peek([limit])).remaining, 5, 'no more than the limit remains')
    isAllowed(await bench.take([limit], 5), 'the whole limit')
    isRefused(await bench.take([limit]), [limit.name], 'one more')
  },

  async 'gives back the oldest first, so that what remains counts long enough'(bench) {
    const limit = bench.own(brief)
    await bench.take([limit], 1)
    await bench.advance(600)
    await bench.take([limit], 2)
    await bench.refund([limit], 1)
    await bench.advance(Math.max(0, 660 - bench.tolerance))
    isFigure((await bench.peek([limit])).remaining, 1, 'of what was taken last, all still counts')
  },

  async 'makes a key full with reset, and no other'(bench) {
    const limit = bench.own(hour)
    await bench.take([limit], 5, 'one')
    await bench.take([limit], 5, 'other')
    await bench.reset([limit], 'one')
    isAllowed(await bench.take([limit], 5, 'one'), 'the limit after a reset')
    isRefused(await bench.take([limit], 1, 'other'), [limit.name], 'another key')
  },

  async 'counts each of many at once, once'(bench) {
    const limit = bench.own(hour)
    const decisions = await Promise.all(Array.from({ length: 50 }, () => bench.take([limit])))
    isFigure(decisions.filter(({ allowed }) => allowed).length, 5, 'so many were admitted')
  },
}
