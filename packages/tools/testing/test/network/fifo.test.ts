import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Fifo } from '../../src/network/fifo.ts'

it('serves in the order of coming, whoever leaves or is replaced meanwhile', () => {
  const step = fc.oneof(
    fc.record({ does: fc.constantFrom('push' as const, 'shift' as const), who: fc.constant(0) }),
    fc.record({ does: fc.constantFrom('leave' as const, 'replace' as const), who: fc.nat() }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new Fifo<string>()
      const model: { place: number; item: string }[] = []
      let count = 0
      for (const todo of steps) {
        if (todo.does === 'push') {
          const item = `${count++}`
          model.push({ place: queue.push(item), item })
        } else if (todo.does === 'shift') expect(queue.shift()).toBe(model.shift()?.item)
        else if (model.length > 0) {
          const at = todo.who % model.length
          const one = model[at] as { place: number; item: string }
          queue.replace(one.place, todo.does === 'leave' ? undefined : 'somebody else')
          if (todo.does === 'leave') model.splice(at, 1)
          else one.item = 'somebody else'
        }
        expect(queue.length).toBe(model.length)
      }
    }),
    { numRuns: 2_000 },
  )
})

it('keeps the order over many thousands, and no memory of those who were served', () => {
  const queue = new Fifo<number>()
  const places: number[] = []
  let served = 0
  for (let i = 0; i < 20_000; i++) {
    places.push(queue.push(i))
    if (i % 4 === 3) queue.replace(places[i - 1] as number, undefined)
    if (i % 2 === 1) {
      while (served % 4 === 2) served++
      expect(queue.shift()).toBe(served++)
    }
  }
  expect(queue.length).toBe(5_000)
  expect(JSON.stringify(queue).length).toBeLessThan(150_000)
})

it('knows the place of somebody who has waited while thousands were served', () => {
  const queue = new Fifo<string>()
  for (let i = 0; i < 2_000; i++) queue.push('one of many')
  const place = queue.push('patient')
  queue.push('last')
  for (let i = 0; i < 2_000; i++) queue.shift()
  queue.replace(place, 'still patient')
  expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(['still patient', 'last', undefined])
})
