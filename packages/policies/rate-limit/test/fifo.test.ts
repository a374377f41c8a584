import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Fifo, type Queued } from '../src/fifo.ts'

interface Item extends Queued<Item> {
  readonly id: number
}

const item = (id: number): Item => ({ id, fifo: undefined, before: undefined, after: undefined })

function idsOf(fifo: Fifo<Item>): number[] {
  const ids: number[] = []
  for (let one = fifo.first; one !== undefined; one = one.after) ids.push(one.id)
  return ids
}

it('keeps the order in which they came, whoever leaves and comes again', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (taken) => {
      const items = Array.from({ length: 10 }, (_, id) => item(id))
      const fifo = new Fifo<Item>()
      let model: number[] = []
      for (const [comes, id] of taken) {
        const one = items[id] as Item
        if (comes && !model.includes(id)) {
          fifo.push(one)
          model.push(id)
        } else {
          expect(fifo.remove(one)).toBe(model.includes(id))
          model = model.filter((other) => other !== id)
        }
        expect(idsOf(fifo)).toEqual(model)
        expect(fifo.size).toBe(model.length)
        for (const any of items) expect(fifo.has(any)).toBe(model.includes(any.id))
      }
    }),
    { numRuns: 1_000 },
  )
})

it('takes nobody out who stands in another', () => {
  const [here, there] = [new Fifo<Item>(), new Fifo<Item>()]
  const one = item(1)
  there.push(one)
  expect(here.has(one)).toBe(false)
  expect(here.remove(one)).toBe(false)
  expect(idsOf(there)).toEqual([1])
})

it('holds on to nobody who has left', () => {
  const fifo = new Fifo<Item>()
  const [a, b, c] = [item(1), item(2), item(3)]
  for (const one of [a, b, c]) fifo.push(one)
  fifo.remove(b)
  expect(b).toEqual(item(2))
})
