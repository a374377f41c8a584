import { expect, it } from 'vitest'
import { mayHold } from '../src/libraries.ts'
import { placeOf } from '../src/place.ts'

const core = placeOf('packages/foundation/core')
const retry = placeOf('packages/policies/retry')
const redis = placeOf('packages/adapters/redis')

it('lets every floor that ships hold lru-cache', () => {
  expect([core, retry, redis].map((place) => mayHold(place, 'lru-cache', 'dependencies'))).toEqual([true, true, true])
})

it('lets a client library in where its adapter is, as a peer only', () => {
  expect(mayHold(redis, 'ioredis', 'peerDependencies')).toBe(true)
  expect(mayHold(redis, 'ioredis', 'dependencies')).toBe(false)
  expect(mayHold(retry, 'ioredis', 'peerDependencies')).toBe(false)
})

it('lets no other library in anywhere', () => {
  expect(mayHold(retry, 'left-pad', 'dependencies')).toBe(false)
})
