import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LineHeap, type Sleeper } from '../src/line-heap.ts'

const sleeper = (readyAt: number, turn: number): Sleeper => ({ readyAt, turn, place: -1 })
const soonest = (a: Sleeper, b: Sleeper): number => a.readyAt - b.readyAt || a.turn - b.turn

it('has the soonest first, and of those the one that went to sleep first, whoever is taken out', () => {
  const steps = fc.array(
    fc.oneof(fc.record({ add: fc.nat(8) }), fc.record({ take: fc.constant(true) }), fc.record({ remove: fc.nat(40) })),
    { maxLength: 80 },
  )
  fc.assert(
    fc.property(steps, (taken) => {
      const heap = new LineHeap<Sleeper>()
      const all: Sleeper[] = []
      let model: Sleeper[] = []
      for (const step of taken) {
        if ('add' in step) {
          const one = sleeper(step.add, all.length)
          heap.add(one)
          all.push(one)
          model = [...model, one].sort(soonest)
        } else {
          const one = 'take' in step ? heap.first : all[step.remove]
          if (one === undefined) continue
          expect(heap.remove(one)).toBe(model.includes(one))
          model = model.filter((other) => other !== one)
        }
        expect(heap.first).toBe(model[0])
        for (const one of all) expect(one.place >= 0).toBe(model.includes(one))
      }
    }),
    { numRuns: 1_000 },
  )
})

it('is emptied in the order in which they went to sleep', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const heap = new LineHeap<Sleeper>()
      const all = times.map(sleeper)
      for (const one of all) heap.add(one)
      expect(heap.empty()).toEqual(all)
      expect(heap.first).toBeUndefined()
      expect(all.every(({ place }) => place === -1)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
