import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultPlan } from '../../src/upstream/fault-plan.ts'
import { serviceQueue } from '../../src/upstream/service-queue.ts'

const plain = (start: number, ms: number): number => start + ms
const queue = (workers: number, maxQueued = Number.POSITIVE_INFINITY, { awayAt } = faultPlan([])) =>
  serviceQueue({ workers, maxQueued, doneAt: plain, awayAt })

/** Whoever waits, ms by ms: slow, and obviously right. */
function model(
  crewAt: (time: number) => number,
  maxQueued: number,
  arrivals: readonly (readonly [at: number, ms: number])[],
) {
  const accepted: { start: number; done: number }[] = []
  return arrivals.map(([at, ms]) => {
    const waiting = accepted.filter(({ start }) => start > at).length
    const isBusyAt = (time: number): boolean =>
      accepted.filter(({ start, done }) => start <= time && done > time).length >= crewAt(time)
    let start = Math.max(at, ...accepted.map(({ start }) => start))
    while (isBusyAt(start)) start++
    if (start > at && waiting >= maxQueued) return undefined
    accepted.push({ start, done: start + ms })
    return start + ms
  })
}

describe('a queue of service', () => {
  it('serves one after the other with one worker', () => {
    const one = queue(1)
    expect([one.admit(0, 5), one.admit(0, 5), one.admit(7, 5), one.admit(100, 5)]).toEqual([5, 10, 15, 105])
  })

  it('serves all at once with as many workers as there are requests', () => {
    const all = queue(Number.POSITIVE_INFINITY)
    expect([all.admit(0, 5), all.admit(0, 5), all.queued(0)]).toEqual([5, 5, 0])
  })

  it('refuses who finds it full, and has room again when one begins', () => {
    const small = queue(1, 1)
    expect([small.admit(0, 10), small.admit(0, 10), small.admit(0, 10), small.queued(0)]).toEqual([
      10,
      20,
      undefined,
      1,
    ])
    expect([small.queued(10), small.admit(10, 10)]).toEqual([0, 30])
  })

  it('refuses nobody for whom a worker is free', () => {
    expect(queue(1, 0).admit(0, 10)).toBe(10)
  })

  it('finishes what was begun when workers go, and begins less until they are back', () => {
    const two = queue(2, undefined, faultPlan([{ type: 'outage', workers: 1, from: 5, until: 25 }]))
    expect([0, 0, 6, 6, 6].map((now) => two.admit(now, 10))).toEqual([10, 10, 20, 30, 35])
  })

  it('begins nothing while all workers are away', () => {
    const one = queue(1, undefined, faultPlan([{ type: 'outage', workers: 1, from: 5, until: 25 }]))
    expect([0, 5, 6].map((now) => one.admit(now, 10))).toEqual([10, 35, 45])
  })

  it('says what the slow model says', () => {
    const arrival = fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 20 }))
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(4),
        fc.array(arrival, { maxLength: 30 }),
        fc.nat(4),
        fc.nat(100),
        fc.integer({ min: 1, max: 100 }),
        (workers, room, gaps, lost, from, lasts) => {
          let now = 0
          const arrivals = gaps.map(([gap, ms]) => {
            now += gap
            return [now, ms] as const
          })
          const away = Math.min(lost, workers)
          const outage = { type: 'outage', workers: away, from, until: from + lasts } as const
          const crewAt = (time: number): number => (from <= time && time < from + lasts ? workers - away : workers)
          const real = queue(workers, room, faultPlan(away === 0 ? [] : [outage]))
          expect(arrivals.map(([at, ms]) => real.admit(at, ms))).toEqual(model(crewAt, room, arrivals))
        },
      ),
    )
  })
})
