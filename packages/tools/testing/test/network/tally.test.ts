import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Tally } from '../../src/network/tally.ts'

it('counts by period, and adds up any stretch of periods', () => {
  const stretch = fc.tuple(fc.nat(25), fc.oneof(fc.nat(25), fc.constant(Number.POSITIVE_INFINITY)))
  fc.assert(
    fc.property(fc.array(fc.nat(20)), stretch, (periods, [from, until]) => {
      const tally = new Tally()
      for (const period of periods) tally.add(period)
      expect(tally.sum(from, until)).toBe(periods.filter((period) => period >= from && period < until).length)
    }),
  )
})
