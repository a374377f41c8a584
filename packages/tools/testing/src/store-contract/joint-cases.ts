import { concurrencyLimit, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { still } from './bucket-cases.ts'
import { isAllowed, isFigure, isRefused } from './expectations.ts'
import type { Bench } from './harness.ts'

const wide = tokenBucketLimit({ rate: 20, per: 3_600_000, burst: 20, name: 'wide' })
const ten = slidingWindowLimit({ limit: 10, window: 3_600_000, name: 'ten' })
const two = concurrencyLimit({ limit: 2, leaseTime: 600_000, name: 'two' })
const everybody = tokenBucketLimit({ rate: 7, per: 3_600_000, burst: 7, name: 'everybody', scope: 'global' })

/** Keys that a careless store would confuse. */
const hostile = [
  '',
  ' ',
  'a',
  'a ',
  'A',
  'a:b',
  'a}b',
  '{a}',
  '{a}b',
  '\u0000',
  'a\u0000b',
  '*',
  'a\nb',
  "'; drop",
  'ü',
  'u\u0308',
  '\ud83d\ude00',
  '\ud83d',
  '\ud83e',
  '__proto__',
  'constructor',
  'x'.repeat(10_000),
  `${'x'.repeat(9_999)}y`,
]

export const jointCases: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  async 'charges no limit when one refuses, and names every one that does'(bench) {
    const limits = [bench.own(wide), bench.own(still), bench.own(ten)] as const
    const [first, second, third] = limits
    isAllowed(await bench.take(limits, 5), 'what all admit')
    isRefused(await bench.take(limits, 1), [second.name], 'what one refuses')
    isRefused(await bench.take(limits, 6), [second.name, third.name], 'what two refuse')
    isFigure((await bench.peek([first])).remaining, 15, 'the first is not charged')
    isFigure((await bench.peek([third])).remaining, 5, 'the third is not charged')
  },

  async 'says the figures of the tightest where all admit, and of the slowest where some refuse'(bench) {
    const limits = [bench.own(wide), bench.own(still), bench.own(ten)]
    const admitted = await bench.take(limits, 1)
    isFigure(admitted.limit, 5, 'limit is that of the tightest')
    isFigure(admitted.remaining, 4, 'remaining is that of the tightest')
    const refused = await bench.take(limits, 6)
    isFigure(refused.limit, 5, 'limit is that of the slowest')
    isFigure(refused.retryAfter, Infinity, 'retryAfter is that of the slowest')
  },

  async 'leases only if the others admit, and charges them only if there is a slot'(bench) {
    const limits = [bench.own(still), bench.own(two)] as const
    await bench.take(limits, 1, 'key', 'a')
    await bench.take(limits, 1, 'key', 'b')
    isRefused(await bench.take(limits, 1, 'key', 'c'), [limits[1].name], 'a third slot')
    isFigure((await bench.peek([limits[0]])).remaining, 3, 'the bucket is not charged for it')
    await bench.release(limits, 'a')
    await bench.take([limits[0]], 3)
    isRefused(await bench.take(limits, 1, 'key', 'd'), [limits[0].name], 'a slot without a token')
    isFigure((await bench.peek([limits[1]])).remaining, 1, 'the slot is not leased for it')
  },

  async 'refunds all of its buckets and windows, and resets all'(bench) {
    const limits = [bench.own(wide), bench.own(ten)] as const
    await bench.take(limits, 8)
    await bench.refund(limits, 3)
    isFigure((await bench.peek([limits[0]])).remaining, 15, 'the bucket got it back')
    isFigure((await bench.peek([limits[1]])).remaining, 5, 'the window got it back')
    await bench.reset(limits)
    isFigure((await bench.peek(limits)).remaining, 10, 'all is full')
  },

  async 'shares one level between all keys where the scope is global, and resets it for none'(bench) {
    const limits = [bench.own(everybody), bench.own(still)] as const
    isAllowed(await bench.take(limits, 5, 'one'), 'the burst of one key')
    isRefused(await bench.take(limits, 3, 'other'), [limits[0].name], 'more than all may have together')
    await bench.reset(limits, 'one')
    isFigure((await bench.peek([limits[0]], 1, 'one')).remaining, 2, 'a level of all is not reset')
    isFigure((await bench.peek([limits[1]], 1, 'one')).remaining, 5, 'that of the key is')
  },

  async 'tells keys apart by each of their characters'(bench) {
    const limit = bench.own(still)
    for (const [i, key] of hostile.entries()) isAllowed(await bench.take([limit], (i % 4) + 1, key), 'a new key')
    for (const [i, key] of hostile.entries()) {
      isFigure((await bench.peek([limit], 0, key)).remaining, 4 - (i % 4), `only its own is taken of key ${i}`)
    }
  },

  async 'tells limits apart by their names'(bench) {
    const one = bench.own({ ...still, name: 'a' })
    const other = bench.own({ ...still, name: 'a:key' })
    await bench.take([one], 5, 'key:b')
    isFigure((await bench.peek([other], 1, 'b')).remaining, 5, 'the other is full')
  },
}

export const stepCases: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  async 'admits no more and heals within the time of a bucket when its clock is set back'(bench) {
    const limit = bench.own(tokenBucketLimit({ rate: 5, per: 1_000, burst: 5, name: 'stepping' }))
    await bench.take([limit], 5)
    await bench.setBack(60_000)
    isRefused(await bench.take([limit]), [limit.name], 'one more right after the step')
    await bench.advance(1_000)
    isAllowed(await bench.take([limit], 5), 'the burst, a whole bucket later')
    isRefused(await bench.take([limit], 2), [limit.name], 'more than that')
  },

  async 'counts for a window from the step on when its clock is set back'(bench) {
    const limit = bench.own(slidingWindowLimit({ limit: 3, window: 1_000, slots: 4, name: 'stepping window' }))
    await bench.take([limit], 3)
    await bench.setBack(60_000)
    isRefused(await bench.take([limit]), [limit.name], 'one more right after the step')
    await bench.advance(1_251)
    isAllowed(await bench.take([limit], 3), 'the limit, a window and one part later')
  },
}
