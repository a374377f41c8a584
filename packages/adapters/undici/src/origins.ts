import { type BulkheadPolicy, bulkhead } from '@holdfast/bulkhead'
import { type CircuitBreakerPolicy, circuitBreaker } from '@holdfast/circuit-breaker'
import { keyedState } from '@holdfast/core'
import type { HouseSettings } from './options.ts'
import { type CommonPolicies, Origin } from './origin.ts'
import { Timeouts } from './timeouts.ts'

/** The dependencies that are called, each with a breaker, a limit and a budget of its own, in bounded maps. */
export interface Origins extends CommonPolicies {
  at(key: string): Origin
}

export function originsOf(house: HouseSettings): Origins {
  const common = { house, breaker: breakerOf(house), limit: limitOf(house), timeouts: new Timeouts(house) }
  // The breakers and limits of calls that run are kept by those policies; a budget that is forgotten is as good as new.
  const known = bounded(house, (key) => new Origin(common, key))
  return { ...common, at: known }
}

/** Tells the origin of an address as it was written, in one way for all ways to write it. */
export function originNames(house: HouseSettings): (address: string) => string {
  return bounded(house, (address) => (URL.canParse(address) ? new URL(address).origin : address))
}

/** Remembers what was made of so many texts, and of the last one at once: most programs call one dependency many times in a row. */
function bounded<T>({ maxKeys }: HouseSettings, make: (text: string) => T): (text: string) => T {
  const known = keyedState({ maxKeys, create: (text = '') => ({ made: make(text) }), inUse: () => false })
  let last: { readonly text: string; readonly made: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, made: known.at(text).made }
    return last.made
  }
}

function breakerOf(house: HouseSettings): CircuitBreakerPolicy | undefined {
  const { breaker, name, maxKeys, onEvent, clock, random } = house
  if (breaker === false) return undefined
  return 'layer' in breaker ? breaker : circuitBreaker({ ...breaker, name, maxKeys, onEvent, clock, random })
}

function limitOf({ limit, name, maxKeys, onEvent, clock }: HouseSettings): BulkheadPolicy | undefined {
  if (limit === undefined) return undefined
  return 'layer' in limit ? limit : bulkhead({ ...limit, name, maxKeys, onEvent, clock })
}
