import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cyclesIn } from '../src/cycles.ts'

const cycles = (graph: Record<string, string[]>) => cyclesIn(new Map(Object.entries(graph)))

it('finds nothing in a tree, nor where two ways meet', () => {
  expect(cycles({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([])
})

it('finds a node that points at itself', () => {
  expect(cycles({ a: ['a'] })).toEqual([['a', 'a']])
})

it('finds a circle wherever it starts, and names it in order', () => {
  expect(cycles({ a: ['b'], b: ['c'], c: ['d'], d: ['b'] })).toEqual([['b', 'c', 'd', 'b']])
})

it('takes a target that is no node for an end', () => {
  expect(cycles({ a: ['elsewhere'] })).toEqual([])
})

const arrows = fc.array(fc.tuple(fc.nat(7), fc.nat(7)))

it('finds a circle if and only if no order of the nodes puts every arrow downwards', () => {
  fc.assert(
    fc.property(arrows, (pairs) => {
      const graph = new Map<string, string[]>()
      for (const [from, to] of pairs) graph.set(`${from}`, [...(graph.get(`${from}`) ?? []), `${to}`])
      expect(cyclesIn(graph).length > 0).toBe(!hasOrder(pairs))
    }),
  )
})

/** The slow obvious way: take away nodes that nothing points at until none is left. */
function hasOrder(pairs: readonly (readonly [number, number])[]): boolean {
  const free = [...new Set(pairs.flat())].find((node) => pairs.every(([, to]) => to !== node))
  if (free === undefined) return pairs.length === 0
  return hasOrder(pairs.filter(([from]) => from !== free))
}
