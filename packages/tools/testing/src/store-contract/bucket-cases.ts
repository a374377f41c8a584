import { type TokenBucketLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { isAllowed, isFigure, isRefused, isTime } from './expectations.ts'
import type { Bench } from './harness.ts'

/** A bucket that gets nothing back while a case runs. */
export const still: TokenBucketLimit = tokenBucketLimit({ rate: 5, per: 3_600_000, burst: 5, name: 'still' })
/** One token comes back in 400 ms. */
const brisk = tokenBucketLimit({ rate: 5, per: 2_000, burst: 2, name: 'brisk' })

export const bucketCases: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  async 'admits the burst at once and no more'(bench) {
    const limit = bench.own(still)
    for (let left = 4; left >= 0; left--) {
      const decision = await bench.take([limit])
      isAllowed(decision, 'one within the burst')
      isFigure(decision.remaining, left, 'remaining counts down')
      isFigure(decision.limit, 5, 'limit is the burst')
    }
    const refused = await bench.take([limit])
    isRefused(refused, [limit.name], 'one beyond the burst')
    isFigure(refused.remaining, 0, 'nothing remains')
    isTime(refused.retryAfter, 720_000, 5 * bench.tolerance, 'retryAfter')
    isTime(refused.resetAfter, 3_600_000, 5 * bench.tolerance, 'resetAfter')
  },

  async 'admits again after exactly retryAfter, for a sole client'(bench) {
    const limit = bench.own(brisk)
    await bench.take([limit], 2)
    for (let round = 0; round < 3; round++) {
      const refused = await bench.take([limit])
      isRefused(refused, [limit.name], 'one more')
      await bench.advance(refused.retryAfter)
      isAllowed(await bench.take([limit]), 'the same after retryAfter')
    }
  },

  async 'charges nothing for a refusal'(bench) {
    const limit = bench.own(still)
    await bench.take([limit], 3)
    for (let round = 0; round < 20; round++) isRefused(await bench.take([limit], 3), [limit.name], '3 of 2')
    isAllowed(await bench.take([limit], 2), '2 of 2')
  },

  async 'is full again after resetAfter, and no more than full'(bench) {
    const limit = bench.own(brisk)
    const { resetAfter } = await bench.take([limit], 2)
    isTime(resetAfter, 800, 0, 'resetAfter')
    await bench.advance(2 * resetAfter)
    isAllowed(await bench.take([limit], 2), 'the whole burst')
    isRefused(await bench.take([limit], 2), [limit.name], 'another burst')
  },

  async 'asks with a cost of 0 and takes nothing'(bench) {
    const limit = bench.own(still)
    isFigure((await bench.take([limit], 0)).remaining, 5, 'all remains')
    await bench.take([limit], 5)
    isAllowed(await bench.take([limit], 0), 'a cost of 0')
  },

  async 'refuses a cost above the burst without a time to come back, and charges nothing'(bench) {
    const limit = bench.own(still)
    const refused = await bench.take([limit], 6)
    isRefused(refused, [limit.name], '6 of 5')
    isFigure(refused.retryAfter, Infinity, 'retryAfter is Infinity')
    isFigure(refused.remaining, 5, 'all remains')
  },

  async 'takes fractions of a token'(bench) {
    const limit = bench.own(still)
    isFigure((await bench.take([limit], 2.5)).remaining, 2, 'remaining is whole')
    isAllowed(await bench.take([limit], 2.5), 'the other half')
    isRefused(await bench.take([limit], 0.5), [limit.name], 'half a token more')
  },

  async 'gives back what is refunded, up to full'(bench) {
    const limit = bench.own(still)
    await bench.take([limit], 5)
    await bench.refund([limit], 2)
    isFigure((await bench.peek([limit])).remaining, 2, 'what was refunded remains')
    await bench.refund([limit], 100)
    isFigure((await bench.peek([limit])).remaining, 5, 'no more than the burst remains')
    await bench.refund([limit], 1, 'never seen')
    isAllowed(await bench.take([limit], 5, 'never seen'), 'the burst of a key refunded before')
    isRefused(await bench.take([limit], 1, 'never seen'), [limit.name], 'one more of it')
  },

  async 'peeks without taking'(bench) {
    const limit = bench.own(still)
    await bench.take([limit], 4)
    for (let round = 0; round < 5; round++) {
      const decision = await bench.peek([limit])
      isAllowed(decision, 'one more')
      isFigure(decision.remaining, 1, 'it is still there')
    }
    isRefused(await bench.peek([limit], 2), [limit.name], 'two more')
  },

  async 'makes a key full with reset, and no other'(bench) {
    const limit = bench.own(still)
    await bench.take([limit], 5, 'one')
    await bench.take([limit], 5, 'other')
    await bench.reset([limit], 'one')
    isAllowed(await bench.take([limit], 5, 'one'), 'the burst after a reset')
    isRefused(await bench.take([limit], 1, 'other'), [limit.name], 'another key')
  },

  async 'counts each of many at once, once'(bench) {
    const limit = bench.own(still)
    const decisions = await Promise.all(Array.from({ length: 50 }, () => bench.take([limit])))
    isFigure(decisions.filter(({ allowed }) => allowed).length, 5, 'so many were admitted')
  },
}
