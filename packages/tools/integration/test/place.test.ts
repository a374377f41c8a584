import { expect, it } from 'vitest'
import { placeOf } from '../src/place.ts'

it.each([
  ['packages/foundation/core', 'foundation', 'core'],
  ['packages/policies/circuit-breaker', 'policies', 'circuit-breaker'],
  ['packages/adapters/fetch', 'adapters', 'fetch'],
  ['packages/tools/testing', 'tools', 'testing'],
  ['packages/holdfast', 'umbrella', 'holdfast'],
  ['examples/flaky-server', 'outside', 'flaky-server'],
  ['benchmarks/overhead', 'outside', 'overhead'],
])('places %s on the floor %s', (folder, floor, room) => {
  expect(placeOf(folder)).toEqual({ floor, room })
})
