import type { PolicyReport } from '@holdfast/load'
import { expect, it } from 'vitest'
import { breakerSeconds } from '../src/breaker-seconds.ts'

/** A run of ten seconds with these changes. */
const run = (...changes: readonly (readonly [PolicyReport['state'], number])[]) => ({
  duration: 10_000,
  policies: changes.map(([state, at]) => ({ policy: 'dependency', state, at })),
})
const story = run(['open', 500], ['half-open', 3_100], ['open', 4_000], ['half-open', 6_000], ['closed', 6_200])

it('are those that lie in a state as a whole', () => {
  expect(breakerSeconds(story, ['open'])).toEqual([1, 2, 4, 5])
  expect(breakerSeconds(story, ['half-open'])).toEqual([])
})

it('go on where one of the states follows another', () => {
  expect(breakerSeconds(story, ['open', 'half-open'])).toEqual([1, 2, 3, 4, 5])
})

it('last to the end of the run, and begin with it', () => {
  expect(breakerSeconds(run(['open', -3_000], ['closed', 2_000], ['open', 7_900]), ['open'])).toEqual([0, 1, 8, 9])
})

it('are none where nothing opened', () => {
  expect(breakerSeconds(run(), ['open', 'half-open'])).toEqual([])
})
