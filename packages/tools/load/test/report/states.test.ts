import { expect, it } from 'vitest'
import { bandsOf } from '../../src/report/states.ts'

it('tells the states of each breaker without gaps, closed before its first change', () => {
  const bands = bandsOf(
    [
      { policy: 'b', state: 'open', at: 500 },
      { policy: 'a', state: 'open', at: 1_000 },
      { policy: 'a', state: 'closed', at: 2_500 },
      { policy: 'a', state: 'half-open', at: 2_000 },
    ],
    3_000,
  )
  expect([...bands.keys()]).toEqual(['a', 'b'])
  expect(bands.get('a')).toEqual([
    { state: 'closed', from: 0, until: 1_000 },
    { state: 'open', from: 1_000, until: 2_000 },
    { state: 'half-open', from: 2_000, until: 2_500 },
    { state: 'closed', from: 2_500, until: 3_000 },
  ])
})

it('keeps what a breaker became while the load warmed up, and nothing after its end', () => {
  const bands = bandsOf(
    [
      { policy: 'a', state: 'open', at: -200 },
      { policy: 'a', state: 'closed', at: 5_000 },
    ],
    3_000,
  )
  expect(bands.get('a')).toEqual([{ state: 'open', from: 0, until: 3_000 }])
})
