import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Listeners, tellAll, withListener, withoutListener } from '../src/listeners.ts'

interface Named {
  readonly name: number
}

function told(listeners: Listeners<Named>): number[] {
  const names: number[] = []
  tellAll(listeners, ({ name }) => names.push(name))
  return names
}

describe('listeners', () => {
  const pool: readonly Named[] = Array.from({ length: 5 }, (_, name) => ({ name }))

  it('are told in the order in which they came, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 4 }))), (steps) => {
        let listeners: Listeners<Named>
        const model = new Set<number>()
        for (const [comes, name] of steps) {
          const one = pool[name] as Named
          listeners = comes ? withListener(listeners, one) : withoutListener(listeners, one)
          if (comes) model.add(name)
          else model.delete(name)
          expect(told(listeners)).toEqual([...model])
          expect(listeners === undefined).toBe(model.size === 0)
        }
      }),
    )
  })

  it('are told although they leave meanwhile, and those who come meanwhile are not', () => {
    let listeners: Listeners<Named>
    for (const one of pool.slice(0, 3)) listeners = withListener(listeners, one)
    const names: number[] = []
    tellAll(listeners, (one) => {
      names.push(one.name)
      for (const other of pool.slice(0, 3)) listeners = withoutListener(listeners, other)
      listeners = withListener(listeners, pool[4] as Named)
    })
    expect(names).toEqual([0, 1, 2])
    expect(told(listeners)).toEqual([4])
  })
})
