import { describe, expect, it } from 'vitest'
import { codel, type QueueOrder, WaitingQueue } from '../src/index.ts'
import { Someone } from './waiter.ts'

const tight = codel({ target: 10, interval: 100 })

function queueOf(order: QueueOrder, maxQueued: number, ...waiting: Someone[]): WaitingQueue<Someone> {
  const queue = new WaitingQueue<Someone>(maxQueued, order)
  for (const one of waiting) queue.add(one, 0)
  return queue
}

function served(queue: WaitingQueue<Someone>): string[] {
  const found: string[] = []
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    queue.remove(next)
    found.push(next.name)
  }
  return found
}

const background = (name: string): Someone => new Someone(name, { priority: 'background' })
const normal = (name: string): Someone => new Someone(name)
const critical = (name: string): Someone => new Someone(name, { priority: 'critical' })
const patient = (name: string): Someone => new Someone(name, { patient: true })

describe('WaitingQueue', () => {
  it.each([
    ['fifo', ['a', 'b', 'c']],
    ['lifo', ['c', 'b', 'a']],
    [tight, ['a', 'b', 'c']],
  ] as const)('serves equals in its order: %o', (order, turns) => {
    expect(served(queueOf(order, 10, normal('a'), normal('b'), normal('c')))).toEqual(turns)
  })

  it.each(['fifo', 'lifo'] as const)('serves the most important first, whatever its order: %s', (order) => {
    const queue = queueOf(order, 10, background('b'), critical('c'), normal('n'))
    expect(served(queue)).toEqual(['c', 'n', 'b'])
  })

  it.each(['fifo', 'lifo'] as const)('serves the patient in turn with the others: %s', (order) => {
    const queue = queueOf(order, 10, normal('a'), patient('b'), normal('c'), patient('d'))
    expect(served(queue)).toEqual(order === 'fifo' ? ['a', 'b', 'c', 'd'] : ['d', 'c', 'b', 'a'])
  })

  it('turns a newcomer away when it is full of those who are served before', () => {
    const queue = queueOf('fifo', 2, normal('a'), normal('b'))
    const newcomer = normal('c')
    expect(queue.hasPlaceFor('normal')).toBe(false)
    expect(queue.add(newcomer, 0)).toBe(newcomer)
    expect(served(queue)).toEqual(['a', 'b'])
  })

  it('gives up the one who would be served last for a more important newcomer', () => {
    const queue = queueOf('fifo', 3, normal('n'), background('b1'), background('b2'))
    expect(queue.hasPlaceFor('critical')).toBe(true)
    expect(queue.add(critical('c'), 0)?.name).toBe('b2')
    expect(queue.add(normal('m'), 0)?.name).toBe('b1')
    expect(served(queue)).toEqual(['c', 'n', 'm'])
  })

  it('gives up its oldest for a newcomer where lifo is asked', () => {
    const queue = queueOf('lifo', 2, normal('a'), normal('b'))
    expect(queue.hasPlaceFor('normal')).toBe(true)
    expect(queue.add(normal('c'), 0)?.name).toBe('a')
    expect(served(queue)).toEqual(['c', 'b'])
  })

  it('gives up nobody more important, lifo or not', () => {
    const queue = queueOf('lifo', 1, critical('c'))
    expect(queue.hasPlaceFor('normal')).toBe(false)
    expect(queue.add(normal('n'), 0)?.name).toBe('n')
  })

  it('turns everybody away where nobody may wait', () => {
    for (const order of ['fifo', 'lifo', tight] as const) {
      const queue = queueOf(order, 0)
      expect(queue.hasPlaceFor('critical')).toBe(false)
      expect(queue.add(critical('c'), 0)?.name).toBe('c')
    }
  })

  it('takes the patient in beyond its bound, and never gives one up', () => {
    const queue = queueOf('fifo', 1, new Someone('p', { patient: true, priority: 'background' }), background('b'))
    expect(queue.add(patient('q'), 0)).toBeUndefined()
    expect(queue.size).toBe(3)
    expect(queue.add(critical('c'), 0)?.name).toBe('b')
    expect(queue.add(critical('d'), 0)?.name).toBe('d')
    expect(served(queue)).toEqual(['c', 'q', 'p'])
  })

  it('forgets whoever leaves, once', () => {
    const queue = queueOf('fifo', 1, normal('a'))
    const a = queue.next() as Someone
    expect([queue.remove(a), queue.remove(a), queue.size]).toEqual([true, false, 0])
    expect(queue.hasPlaceFor('normal')).toBe(true)
  })

  it('keeps those who wait when its bound shrinks', () => {
    const queue = queueOf('fifo', 3, normal('a'), normal('b'), normal('c'))
    queue.maxQueued = 1
    expect(queue.hasPlaceFor('normal')).toBe(false)
    expect(served(queue)).toEqual(['a', 'b', 'c'])
  })

  it('serves those who wait in another order when that changes', () => {
    const queue = queueOf('fifo', 3, normal('a'), normal('b'), normal('c'))
    queue.order = 'lifo'
    expect(queue.order).toBe('lifo')
    expect(served(queue)).toEqual(['c', 'b', 'a'])
  })

  it.each([
    ['nobody waits', 'fifo', [], [true, true, true]],
    ['equals wait', 'fifo', [normal('a')], [false, false, true]],
    ['equals wait, and the newest goes first', 'lifo', [normal('a')], [false, true, true]],
    ['the least important wait', 'fifo', [background('a')], [false, true, true]],
    ['the most important wait', 'lifo', [critical('a')], [false, false, true]],
  ] as const)('knows who would be served before all others: %s', (_, order, waiting, firsts) => {
    const queue = queueOf(order, 10, ...waiting)
    expect((['background', 'normal', 'critical'] as const).map((priority) => queue.isFirst(priority))).toEqual(firsts)
  })
})

describe('WaitingQueue with codel', () => {
  it('drops nobody in its first interval above the target', () => {
    const queue = queueOf(tight, 10, normal('a'), normal('b'))
    expect([queue.late(50), queue.late(149), queue.late(150)?.name]).toEqual([undefined, undefined, 'a'])
  })

  it('never drops the only one who waits, however long', () => {
    const queue = queueOf(tight, 10, normal('a'))
    expect([queue.late(50), queue.late(1_000), queue.late(100_000)]).toEqual([undefined, undefined, undefined])
  })

  it('begins anew when it was down to one', () => {
    const queue = queueOf(tight, 10, normal('a'), normal('b'))
    queue.late(50)
    queue.remove(queue.next() as Someone)
    expect(queue.late(200)).toBeUndefined()
    queue.add(normal('c'), 200)
    expect([queue.late(210), queue.late(309), queue.late(310)?.name]).toEqual([undefined, undefined, 'b'])
  })

  it('begins anew when it was empty', () => {
    const queue = queueOf(tight, 10, normal('a'), normal('b'))
    queue.late(50)
    served(queue)
    queue.add(normal('c'), 1_000)
    queue.add(normal('d'), 1_000)
    // After 5 ms the wait is short.
    expect([1_005, 1_020, 1_119, 1_120].map((now) => queue.late(now)?.name)).toEqual([
      undefined,
      undefined,
      undefined,
      'c',
    ])
  })

  it('does not begin anew because more come', () => {
    const queue = queueOf(tight, 10, normal('a'), normal('b'))
    queue.late(50)
    queue.add(normal('c'), 60)
    queue.remove(queue.next() as Someone)
    queue.remove(queue.next() as Someone)
    queue.add(normal('d'), 61)
    expect(queue.late(150)?.name).toBe('c')
  })

  it('never drops the patient, and asks about whoever is next', () => {
    const queue = queueOf(tight, 10, patient('p'), normal('a'), normal('b'))
    expect([queue.late(50), queue.late(1_000)]).toEqual([undefined, undefined])
    queue.remove(queue.next() as Someone)
    expect([queue.late(1_001), queue.late(1_101)?.name]).toEqual([undefined, 'a'])
  })

  it('judges each priority by its own waits', () => {
    const queue = queueOf(tight, 10, background('a'), background('b'), critical('c'), critical('d'))
    expect(queue.late(50)).toBeUndefined()
    queue.remove(queue.next() as Someone)
    queue.remove(queue.next() as Someone)
    // Those of background had no turn yet: for them the interval begins now.
    expect([queue.late(200), queue.late(299), queue.late(300)?.name]).toEqual([undefined, undefined, 'a'])
  })

  it('keeps its mind when the same order is set again, and makes it up anew for another', () => {
    const queue = queueOf(tight, 10, normal('a'), normal('b'))
    queue.late(50)
    queue.order = tight
    expect(queue.late(150)?.name).toBe('a')
    queue.order = codel({ target: 10, interval: 50 })
    expect([queue.late(160), queue.late(209), queue.late(210)?.name]).toEqual([undefined, undefined, 'a'])
    queue.order = 'fifo'
    expect([queue.late(1_000), queue.isTimed]).toEqual([undefined, false])
  })
})
