import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type Clock, DeadlineQueue, type Expiring } from '../src/index.ts'

/** A queue of 100 ms whose clock counts what is asked of it. */
function countedQueue() {
  const clock = manualClock()
  const asked = { timers: 0, polls: 0, drained: 0 }
  const counting: Clock = {
    now: () => clock.now(),
    setTimer(fn, ms) {
      asked.timers++
      return clock.setTimer(fn, ms)
    },
    afterPoll(fn) {
      asked.polls++
      clock.afterPoll(fn)
    },
  }
  const queue = new DeadlineQueue(counting, 100, { onDrained: () => asked.drained++ })
  const expired: number[] = []
  const add = (): Expiring => {
    const entry: Expiring = { slot: -1, expire: () => expired.push(clock.now()) }
    queue.add(entry, clock.now())
    return entry
  }
  return { clock, queue, asked, expired, add }
}

describe('a queue of deadlines', () => {
  it('sets one timer for each moment at which something is due', async () => {
    const { clock, asked, expired, add } = countedQueue()
    add()
    await clock.advance(10)
    add()
    add()
    await clock.advance(1_000)
    expect(expired).toEqual([100, 110, 110])
    expect(asked).toEqual({ timers: 2, polls: 2, drained: 1 })
  })

  it('keeps its timer while calls come and go, and lets go when nobody is left as it fires', async () => {
    const { clock, queue, asked, add } = countedQueue()
    for (let n = 0; n < 10; n++) queue.remove(add().slot)
    expect([clock.pending, asked]).toEqual([1, { timers: 1, polls: 0, drained: 0 }])
    await clock.advance(50)
    queue.remove(add().slot)
    await clock.advance(50)
    expect([clock.pending, asked]).toEqual([0, { timers: 1, polls: 0, drained: 1 }])
  })

  it('asks for no poll when the first that is due was added after the timer was set', async () => {
    const { clock, queue, asked, expired, add } = countedQueue()
    queue.remove(add().slot)
    await clock.advance(10)
    add()
    await clock.advance(95)
    expect(asked).toEqual({ timers: 2, polls: 0, drained: 0 })
    await clock.advance(5)
    expect([expired, asked]).toEqual([[110], { timers: 2, polls: 1, drained: 1 }])
  })

  it('loses nobody when it is full and its first have gone', async () => {
    const { clock, queue, expired, add } = countedQueue()
    const first = Array.from({ length: 16 }, add)
    for (const { slot } of first.slice(0, 5)) queue.remove(slot)
    await clock.advance(10)
    for (let n = 0; n < 30; n++) add()
    await clock.advance(100)
    expect(expired).toEqual([...new Array(11).fill(100), ...new Array(30).fill(110)])
  })

  it('grows only when more than half of it is in use', () => {
    const { queue, add } = countedQueue()
    const places = (): number => (Reflect.get(queue, 'entries') as unknown[]).length
    const [, ...rest] = Array.from({ length: 16 }, add)
    const before = places()
    for (const { slot } of rest.slice(0, 8)) queue.remove(slot)
    add()
    expect([before, places()]).toEqual([16, 16])
    for (let n = 0; n < 8; n++) add()
    expect(places()).toBe(32)
  })
})
