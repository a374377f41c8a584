import { describe, expect, it } from 'vitest'
import { CodelControl, codel, lenient } from '../src/codel.ts'
import { Gate } from '../src/index.ts'
import { Someone } from './waiter.ts'

describe('a gate that spares what is critical', () => {
  it.each([
    ['critical', true, 10],
    ['critical', false, 16],
    ['normal', true, 16],
  ] as const)('drops %s ones, sparing them: %s', (priority, sparesCritical, dropped) => {
    const door = new Gate<Someone>({
      limit: 1,
      maxQueued: 100,
      order: codel({ target: 5, interval: 100 }),
      sparesCritical,
    })
    for (let n = 0; n < 20; n++) door.queue.add(new Someone(String(n), { priority }), 0)
    let drops = 0
    for (let now = 0; door.queue.size > 0; now += 60) {
      while (door.late(now) !== undefined) drops++
      if (door.admit() !== undefined) door.leave(1)
    }
    expect(drops).toBe(dropped)
  })

  it('lets waits be as long as an interval, and longer for four of them', () => {
    expect(lenient(codel({ target: 5, interval: 100 }))).toEqual({ name: 'codel', target: 100, interval: 400 })
    const control = new CodelControl(lenient(codel()))
    expect([
      control.isLate(99, 0),
      control.isLate(100, 100),
      control.isLate(300, 499),
      control.isLate(300, 500),
    ]).toEqual([false, false, false, true])
  })
})
