import { type ManualClock, manualClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeadlineQueue, deadlinesFor, type Expiring } from '../src/index.ts'

class Entry implements Expiring {
  slot = -1
  readonly name: number
  private readonly told: (name: number) => void

  constructor(name: number, told: (name: number) => void) {
    this.name = name
    this.told = told
  }

  expire(): void {
    this.told(this.name)
  }
}

function queueOf(duration: number, clock: ManualClock = manualClock(), options = {}) {
  const expired: [name: number, at: number][] = []
  const queue = new DeadlineQueue(clock, duration, options)
  let count = 0
  const add = (): Entry => {
    const entry = new Entry(count++, (name) => expired.push([name, clock.now()]))
    queue.add(entry, clock.now())
    return entry
  }
  const remove = (entry: Entry): void => {
    queue.remove(entry.slot)
    entry.slot = -1
  }
  return { clock, queue, expired, add, remove }
}

/** How many places the ring has. */
const places = (queue: DeadlineQueue): number => (Reflect.get(queue, 'entries') as unknown[]).length

describe('a queue of deadlines', () => {
  it('expires each entry one duration after it was added, on one timer', async () => {
    const { clock, expired, add } = queueOf(100)
    for (let n = 0; n < 3; n++) {
      add()
      add()
      expect(clock.pending).toBe(1)
      await clock.advance(10)
    }
    await clock.advance(200)
    expect(expired).toEqual([
      [0, 100],
      [1, 100],
      [2, 110],
      [3, 110],
      [4, 120],
      [5, 120],
    ])
    expect(clock.pending).toBe(0)
  })

  it('forgets what is removed, wherever it stands', async () => {
    const { clock, expired, add, remove } = queueOf(100)
    const entries = Array.from({ length: 6 }, add)
    for (const n of [0, 3, 5]) remove(entries[n] as Entry)
    await clock.advance(100)
    expect(expired.map(([name]) => name)).toEqual([1, 2, 4])
  })

  it('tells how long an entry has, below 0 when it is overdue', async () => {
    const { clock, queue, add } = queueOf(100)
    const entry = add()
    await clock.advance(30)
    const later = add()
    expect([queue.leftAt(entry.slot), queue.leftAt(later.slot)]).toEqual([70, 100])
  })

  it('lets an entry be removed between its time and the verdict', async () => {
    const { clock, expired, add, remove } = queueOf(100)
    const [first, second] = [add(), add()]
    clock.setTimer(() => remove(second), 100)
    await clock.advance(100)
    expect(expired).toEqual([[0, 100]])
    expect(first.slot).toBe(-1)
  })

  it('copes with entries that come and go while others expire', async () => {
    const clock = manualClock()
    const queue = new DeadlineQueue(clock, 10)
    const log: string[] = []
    const third: Expiring = { slot: -1, expire: () => log.push(`third at ${clock.now()}`) }
    const second: Expiring = { slot: -1, expire: () => log.push('never') }
    const first: Expiring = {
      slot: -1,
      expire() {
        log.push(`first at ${clock.now()}`)
        queue.remove(second.slot)
        queue.add(third, clock.now())
      },
    }
    queue.add(first, 0)
    queue.add(second, 0)
    await clock.advance(10)
    expect(log).toEqual(['first at 10'])
    await clock.advance(10)
    expect(log).toEqual(['first at 10', 'third at 20'])
    expect(clock.pending).toBe(0)
  })

  it('goes on with the others when one throws', async () => {
    const clock = manualClock()
    const queue = new DeadlineQueue(clock, 10)
    const expired: string[] = []
    const boom = new Error('boom')
    queue.add(
      {
        slot: -1,
        expire() {
          throw boom
        },
      },
      0,
    )
    queue.add({ slot: -1, expire: () => expired.push('second') }, 0)
    await expect(clock.advance(10)).rejects.toBe(boom)
    await clock.advance(10)
    expect(expired).toEqual(['second'])
  })

  it('does not grow because one entry hangs at its head', async () => {
    const { clock, queue, expired, add, remove } = queueOf(1_000_000)
    const hanging = add()
    for (let n = 0; n < 100_000; n++) remove(add())
    expect(places(queue)).toBeLessThanOrEqual(32)
    const after = add()
    await clock.advance(1_000_000)
    expect(expired.map(([name]) => name)).toEqual([hanging.name, after.name])
  })

  it('does not grow because a few entries hang about', async () => {
    const { clock, queue, expired, add, remove } = queueOf(1_000)
    const kept: number[] = []
    for (let n = 0; n < 20_000; n++) {
      const entry = add()
      if (n % 500 === 0) kept.push(entry.name)
      else remove(entry)
    }
    expect(places(queue)).toBeLessThanOrEqual(4 * kept.length)
    await clock.advance(1_000)
    expect(expired.map(([name]) => name)).toEqual(kept)
  })

  it('holds a hundred thousand at a time', async () => {
    const { clock, expired, add } = queueOf(50)
    for (let n = 0; n < 100_000; n++) add()
    expect(clock.pending).toBe(1)
    await clock.advance(50)
    expect(expired).toHaveLength(100_000)
    expect(expired.every(([name], at) => name === at)).toBe(true)
  })

  it('waits as long as it is told, beyond what a platform timer can', async () => {
    const long = 2 ** 31 + 12_345
    const { clock, expired, add } = queueOf(long)
    add()
    await clock.advance(long - 1)
    expect(expired).toEqual([])
    await clock.advance(1)
    expect(expired).toEqual([[0, long]])
  })

  it('that will not be used again leaves no timer behind', async () => {
    let drained = 0
    const { clock, add, remove } = queueOf(100, manualClock(), { once: true, onDrained: () => drained++ })
    remove(add())
    expect([clock.pending, drained]).toEqual([0, 1])
  })

  it('does what a slow model does', async () => {
    type Step = { readonly do: 'add' | 'remove' | 'advance'; readonly by: number }
    const step: fc.Arbitrary<Step> = fc.record({
      do: fc.constantFrom('add', 'add', 'add', 'remove', 'remove', 'advance'),
      by: fc.integer({ min: 0, max: 30 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 120 }), async (duration, steps) => {
        const { clock, queue, expired, add, remove } = queueOf(duration, manualClock({ settling: 'microtasks' }))
        const model: { entry: Entry; due: number }[] = []
        const expected: [number, number][] = []
        const moveTo = async (time: number): Promise<void> => {
          while (model[0] !== undefined && model[0].due <= time) {
            const { entry, due } = model.shift() as (typeof model)[number]
            expected.push([entry.name, due])
          }
          await clock.advanceTo(time)
        }
        for (const { do: what, by } of steps) {
          if (what === 'add') {
            for (let n = 0; n <= by % 5; n++) model.push({ entry: add(), due: clock.now() + duration })
          } else if (what === 'remove') {
            const [gone] = model.splice(by % Math.max(1, model.length), 1)
            if (gone !== undefined) remove(gone.entry)
          } else {
            await moveTo(clock.now() + by)
          }
          expect(expired).toEqual(expected)
          expect(clock.pending).toBeLessThanOrEqual(1)
          for (const { entry, due } of model) expect(queue.leftAt(entry.slot)).toBe(due - clock.now())
        }
        await moveTo(clock.now() + 2 * duration)
        expect([expired, clock.pending]).toEqual([expected, 0])
      }),
    )
  })
})

describe('the queues of a clock', () => {
  it('are one for each duration, and others for another clock', () => {
    const [one, other] = [manualClock(), manualClock()]
    expect(deadlinesFor(one, 10)).toBe(deadlinesFor(one, 10))
    expect(deadlinesFor(one, 10)).not.toBe(deadlinesFor(one, 20))
    expect(deadlinesFor(one, 10)).not.toBe(deadlinesFor(other, 10))
  })

  it('are forgotten when they have been empty for a while, so that any number of durations can follow', async () => {
    const clock = manualClock()
    const expired: number[] = []
    for (let round = 1; round <= 300; round++) {
      const queue = deadlinesFor(clock, round)
      queue.add(new Entry(round, (name) => expired.push(name)), clock.now())
      await clock.advance(round)
      await clock.advance(round)
      expect(deadlinesFor(clock, round)).not.toBe(queue)
    }
    expect(expired).toHaveLength(300)
  })

  it('serve any number of durations at once', async () => {
    const clock = manualClock()
    const expired: [number, number][] = []
    for (let ms = 500; ms > 0; ms--) {
      const entry = new Entry(ms, (name) => expired.push([name, clock.now()]))
      deadlinesFor(clock, ms).add(entry, clock.now())
    }
    await clock.advance(500)
    expect(expired).toEqual(Array.from({ length: 500 }, (_, n) => [n + 1, n + 1]))
    await clock.advance(500)
    expect(clock.pending).toBe(0)
  })

  it('do not mix up a duration that is asked for again while its old queue winds down', async () => {
    const clock = manualClock()
    const expired: number[] = []
    const told = (name: number): void => void expired.push(name)
    const first = new Entry(1, told)
    const queue = deadlinesFor(clock, 10)
    queue.add(first, clock.now())
    queue.remove(first.slot)
    await clock.advance(5)
    deadlinesFor(clock, 10).add(new Entry(2, told), clock.now())
    await clock.advance(5)
    expect(expired).toEqual([])
    deadlinesFor(clock, 10).add(new Entry(3, told), clock.now())
    await clock.advance(5)
    expect(expired).toEqual([2])
    await clock.advance(20)
    expect([expired, clock.pending]).toEqual([[2, 3], 0])
  })
})
