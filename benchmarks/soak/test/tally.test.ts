import { seededRandom } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { type Plan, planOf } from '../src/plan.ts'
import { Tally } from '../src/tally.ts'

const plan = (id: number): Plan => planOf(id, seededRandom(1))

it('counts answers, and finds nothing wrong where each call has its own', () => {
  const tally = new Tally()
  const gaveUp = AbortSignal.abort(new Error('enough'))
  tally.expect(10, 13)
  tally.ok(plan(10), { id: 10, by: 'operation' })
  tally.ok(plan(11), { id: 11, by: 'fallback' })
  tally.fail(plan(12), gaveUp.reason, gaveUp)
  tally.close()
  expect(tally).toMatchObject({ byOperation: 1, byFallback: 1, aborted: 1, wrong: [] })
})

it('finds answers that are missing, doubled, of another call, and failures that are not the reason of the caller', () => {
  const tally = new Tally()
  tally.expect(10, 14)
  tally.ok(plan(11), { id: 11, by: 'operation' })
  tally.ok(plan(11), { id: 11, by: 'operation' })
  tally.ok(plan(12), { id: 13, by: 'operation' })
  tally.fail(plan(13), new Error('enough'), AbortSignal.abort(new Error('enough')))
  tally.close()
  expect(tally.wrong).toEqual([
    'call 12 was answered with {"id":13,"by":"operation"}',
    'call 13 failed with Error: enough',
    'call 10 was answered 0 times',
    'call 11 was answered 2 times',
  ])
})
