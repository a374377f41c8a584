import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codel, Gate, type QueueOrder } from '../src/index.ts'
import { commands } from './gate-commands.ts'
import { GateModel } from './gate-model.ts'
import { Someone } from './waiter.ts'

function gate(limit: number, maxQueued = 0, order: QueueOrder = 'fifo'): Gate<Someone> {
  return new Gate<Someone>({ limit, maxQueued, order })
}

describe('Gate', () => {
  it('lets in as much weight as the limit is high', () => {
    const door = gate(3)
    expect([door.enter(2, 'normal'), door.enter(2, 'normal'), door.enter(1, 'normal')]).toEqual([true, false, true])
    expect(door.taken).toBe(3)
    door.leave(2)
    expect(door.taken).toBe(1)
  })

  it('admits those who wait in their turn, as room is made', () => {
    const door = gate(1, 10)
    door.enter(1, 'normal')
    for (const name of ['a', 'b']) door.queue.add(new Someone(name), 0)
    expect(door.admit()).toBeUndefined()
    door.leave(1)
    expect(door.admit()?.name).toBe('a')
    expect(door.admit()).toBeUndefined()
    door.leave(1)
    expect(door.admit()?.name).toBe('b')
    expect(door.taken).toBe(1)
  })

  it('lets no light one pass the heavy one that is next', () => {
    const door = gate(3, 10)
    door.enter(2, 'normal')
    door.queue.add(new Someone('heavy', { weight: 3 }), 0)
    door.queue.add(new Someone('light'), 0)
    expect(door.enter(1, 'normal')).toBe(false)
    expect(door.admit()).toBeUndefined()
    door.leave(2)
    expect(door.admit()?.name).toBe('heavy')
    expect(door.admit()).toBeUndefined()
  })

  it('lets in a more important newcomer before the heavy one that is next, if there is room', () => {
    const door = gate(3, 10)
    door.enter(2, 'normal')
    door.queue.add(new Someone('heavy', { weight: 3 }), 0)
    expect(door.enter(1, 'background')).toBe(false)
    expect(door.enter(1, 'critical')).toBe(true)
  })

  it('lets the newest in first where lifo is asked, a newcomer before those who wait', () => {
    const door = gate(3, 10, 'lifo')
    door.enter(2, 'normal')
    door.queue.add(new Someone('heavy', { weight: 3 }), 0)
    expect(door.enter(1, 'normal')).toBe(true)
  })

  it('admits one that is heavier than a limit which has shrunk once it would be alone', () => {
    const door = gate(3, 10)
    door.enter(1, 'normal')
    door.queue.add(new Someone('heavy', { weight: 3 }), 0)
    door.limit = 2
    expect(door.admit()).toBeUndefined()
    door.leave(1)
    expect(door.admit()?.name).toBe('heavy')
    expect(door.taken).toBe(3)
  })

  it('admits nobody while a limit that has shrunk is passed', () => {
    const door = gate(3, 10)
    door.enter(3, 'normal')
    door.queue.add(new Someone('a'), 0)
    door.limit = 1
    door.leave(1)
    expect(door.admit()).toBeUndefined()
    door.leave(1)
    expect(door.admit()).toBeUndefined()
    door.leave(1)
    expect(door.admit()?.name).toBe('a')
  })

  it('lets anybody in by force, and admits the next one anyway if asked', () => {
    const door = gate(1, 10)
    door.force(5)
    door.queue.add(new Someone('a'), 0)
    expect(door.taken).toBe(5)
    expect(door.admit()).toBeUndefined()
    expect(door.admit(true)?.name).toBe('a')
    expect(door.taken).toBe(6)
    expect(door.admit(true)).toBeUndefined()
  })

  it('finds nobody late while there is no room', () => {
    const door = gate(1, 10, codel({ target: 5, interval: 10 }))
    door.enter(1, 'normal')
    for (const name of ['a', 'b', 'c']) door.queue.add(new Someone(name), 0)
    expect(door.mayDrop).toBe(false)
    expect(door.late(900)).toBeUndefined()
    door.leave(1)
    expect(door.mayDrop).toBe(true)
    expect(door.late(1_000)).toBeUndefined()
    expect(door.late(1_010)?.name).toBe('a')
    expect(door.queue.size).toBe(2)
    expect(door.taken).toBe(0)
  })

  it.each([
    ['the order takes no notice of time', 'fifo', ['a', 'b']],
    ['only one waits', codel(), ['a']],
  ] as const)('asks for no time where %s', (_, order, names) => {
    const door = gate(1, 10, order)
    for (const name of names) door.queue.add(new Someone(name), 0)
    expect(door.mayDrop).toBe(false)
  })
})

describe('Gate, held against a slow model', () => {
  it('does what the model does, whoever comes and goes and whatever is changed', { timeout: 60_000 }, () => {
    const story = fc.record({
      limit: fc.integer({ min: 1, max: 5 }),
      maxQueued: fc.integer({ min: 0, max: 4 }),
      order: fc.constantFrom('fifo', 'lifo'),
      steps: commands,
    })
    fc.assert(
      fc.property(story, ({ limit, maxQueued, order, steps }) => {
        const setup = () => ({
          model: new GateModel(limit, maxQueued, order),
          real: new Gate<Someone>({ limit, maxQueued, order }),
        })
        fc.modelRun(setup, steps)
      }),
      { numRuns: 10_000 },
    )
  })
})
