import { describe, expect, it } from 'vitest'
import type { Checkpoint, Outcome } from '../src/soak.ts'
import { verdictsOf } from '../src/verdicts.ts'

const kinds =
  'retry.scheduled hedge.started hedge.won circuit.opened circuit.closed bulkhead.queued bulkhead.refused timeout.expired fallback.used'

function outcomeOf(heaps: readonly number[], changes: Partial<Outcome> = {}): Outcome {
  const checkpoints = heaps.map((heap, at): Checkpoint => {
    return { calls: at + 1, heap, resources: [], listeners: 0, busy: [] }
  })
  return {
    calls: heaps.length,
    seconds: 1,
    checkpoints,
    byOperation: 1,
    byFallback: 1,
    aborted: 1,
    attempts: 1,
    failures: 1,
    told: new Map(kinds.split(' ').map((type) => [type, 1])),
    wrong: [],
    ...changes,
  }
}

const failed = (outcome: Outcome) => verdictsOf(outcome).flatMap(({ found, passed }) => (passed ? [] : [found]))

describe('the verdicts', () => {
  it('pass a heap within 5 % and fail one beyond, whichever way it goes; the first tenth may be anything', () => {
    const nineteen = (last: number) => [10, 20, ...Array.from({ length: 17 }, () => 100), last]
    expect(failed(outcomeOf(nineteen(104)))).toEqual([])
    expect(failed(outcomeOf(nineteen(106)))).toEqual(['6.0 %'])
    expect(failed(outcomeOf(nineteen(94)))).toEqual(['6.4 %'])
  })

  it('fail a soak in which a fault never came, or nobody gave up', () => {
    expect(failed(outcomeOf([1, 1], { told: new Map() }))).toEqual([expect.stringContaining('not retry.scheduled')])
    expect(failed(outcomeOf([1, 1], { aborted: 0 }))).toEqual(['not aborts'])
  })

  it('fail a soak with anything wrong in any answer', () => {
    expect(failed(outcomeOf([1, 1], { wrong: ['call 7 was answered 2 times'] }))).toEqual([
      'call 7 was answered 2 times',
    ])
  })
})
