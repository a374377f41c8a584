import assert from 'node:assert/strict'
import { concurrencyLimit } from '@holdfast/rate-limit'
import { isAllowed, isFigure, isRefused, isTime } from './expectations.ts'
import type { Bench } from './harness.ts'

const long = concurrencyLimit({ limit: 3, leaseTime: 600_000, name: 'long' })
const short = concurrencyLimit({ limit: 2, leaseTime: 1_000, name: 'short' })

export const leaseCases: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  async 'leases its limit and no more, and says when the first lapses'(bench) {
    const limit = bench.own(long)
    for (let left = 2; left >= 0; left--) {
      const decision = await bench.take([limit], 1, 'key', `lease ${left}`)
      isAllowed(decision, 'one within the limit')
      isFigure(decision.remaining, left, 'remaining counts down')
    }
    const refused = await bench.take([limit], 1, 'key', 'one too many')
    isRefused(refused, [limit.name], 'one beyond the limit')
    isTime(refused.retryAfter, 600_000, 4 * bench.tolerance, 'retryAfter')
    isTime(refused.resetAfter, 600_000, 4 * bench.tolerance, 'resetAfter')
  },

  async 'frees a slot when its lease is released, however often that is said'(bench) {
    const limit = bench.own(long)
    await bench.take([limit], 2, 'key', 'a')
    await bench.take([limit], 1, 'key', 'b')
    for (let again = 0; again < 3; again++) await bench.release([limit], 'a', 2)
    isFigure((await bench.peek([limit])).remaining, 2, 'the weight of the lease is back, once')
    await bench.release([limit], 'never taken')
    isFigure((await bench.peek([limit])).remaining, 2, 'a lease that is unknown gives nothing back')
  },

  async 'lets a lease lapse that is not renewed'(bench) {
    const limit = bench.own(short)
    await bench.take([limit], 2, 'key', 'crashed')
    isRefused(await bench.take([limit], 1, 'key', 'next'), [limit.name], 'one more')
    await bench.advance(1_001)
    isAllowed(await bench.take([limit], 2, 'key', 'next'), 'both slots after the lease time')
    assert.equal(await bench.renew([limit], 'crashed', 2), false, 'a lease that lapsed is not brought back')
    isFigure((await bench.peek([limit])).remaining, 0, 'and takes no slot')
    await bench.release([limit], 'crashed', 2)
    isFigure((await bench.peek([limit])).remaining, 0, 'nor does it free one of another')
  },

  async 'keeps a lease that is renewed'(bench) {
    const limit = bench.own(short)
    await bench.take([limit], 2, 'key', 'kept')
    for (let beat = 0; beat < 4; beat++) {
      await bench.advance(400)
      assert.equal(await bench.renew([limit], 'kept', 2), true, 'it is renewed in time')
    }
    isRefused(await bench.take([limit], 1, 'key', 'next'), [limit.name], 'one more')
  },

  async 'makes no lease for a cost of 0, and refuses one above the limit without a time'(bench) {
    const limit = bench.own(long)
    isAllowed(await bench.take([limit], 0, 'key', 'nothing'), 'a cost of 0')
    isFigure((await bench.peek([limit])).remaining, 3, 'all remains')
    const refused = await bench.take([limit], 4, 'key', 'too much')
    isRefused(refused, [limit.name], '4 of 3')
    isFigure(refused.retryAfter, Infinity, 'retryAfter is Infinity')
  },

  async 'drops the leases of a key with reset'(bench) {
    const limit = bench.own(long)
    await bench.take([limit], 3, 'key', 'a')
    await bench.reset([limit])
    isFigure((await bench.peek([limit])).remaining, 3, 'all remains')
    assert.equal(await bench.renew([limit], 'a', 3), false, 'a lease that was dropped is lost')
  },

  async 'leases to many at once its limit and no more'(bench) {
    const limit = bench.own(long)
    const decisions = await Promise.all(
      Array.from({ length: 20 }, (_, i) => bench.take([limit], 1, 'key', `lease ${i}`)),
    )
    isFigure(decisions.filter(({ allowed }) => allowed).length, 3, 'so many were admitted')
  },
}
