import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timerQueue } from '../src/timer-queue.ts'

const idle = (): void => {}

describe('timerQueue', () => {
  it('gives timers back in order of due time, and of setting where that is the same', () => {
    const queue = timerQueue()
    const taken: string[] = []
    for (const [due, name] of [
      [3, 'c'],
      [1, 'a'],
      [2, 'b'],
      [1, 'a2'],
      [3, 'c2'],
    ] as const) {
      queue.add(due, () => taken.push(name))
    }
    while (queue.size > 0) queue.take()?.()
    expect(taken).toEqual(['a', 'a2', 'b', 'c', 'c2'])
  })

  it('forgets a cancelled timer at once, however often it is cancelled', () => {
    const queue = timerQueue()
    const timer = queue.add(1, idle)
    queue.add(2, idle)
    timer.cancel()
    timer.cancel()
    expect(queue.size).toBe(1)
    expect(queue.next?.due).toBe(2)
  })

  it('counts a timer no more that was taken and is cancelled later', () => {
    const queue = timerQueue()
    const timer = queue.add(1, idle)
    queue.add(2, idle)
    queue.take()
    timer.cancel()
    expect(queue.size).toBe(1)
  })

  it('is empty when nothing was set or all of it is gone', () => {
    const queue = timerQueue()
    expect([queue.size, queue.next, queue.take()]).toEqual([0, undefined, undefined])
    queue.add(1, idle).cancel()
    expect([queue.size, queue.next, queue.take()]).toEqual([0, undefined, undefined])
  })

  it('agrees with a sorted list, whatever is set, taken and cancelled', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('add'), due: fc.nat(20) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel'), which: fc.nat(400) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('take') }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        const queue = timerQueue()
        const taken: number[] = []
        const timers: { cancel(): void }[] = []
        let model: { due: number; id: number }[] = []
        for (const one of steps) {
          if ('due' in one) {
            const id = timers.length
            timers.push(queue.add(one.due, () => taken.push(id)))
            model.push({ due: one.due, id })
            model.sort((a, b) => a.due - b.due || a.id - b.id)
          } else if ('which' in one) {
            const id = one.which % Math.max(1, timers.length)
            timers[id]?.cancel()
            model = model.filter((timer) => timer.id !== id)
          } else {
            const before = taken.length
            queue.take()?.()
            expect(taken.slice(before)).toEqual(model.splice(0, 1).map(({ id }) => id))
          }
          expect(queue.size).toBe(model.length)
          expect(queue.next?.due).toBe(model[0]?.due)
        }
      }),
    )
  })
})
