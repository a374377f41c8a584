import { type BulkheadPolicy, bulkhead } from '@holdfast/bulkhead'
import { type CircuitBreakerPolicy, circuitBreaker } from '@holdfast/circuit-breaker'
import { type KeyedState, keyedState } from '@holdfast/core'
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
  const known: KeyedState<Origin> = keyedState({
    maxKeys: house.maxKeys,
    create: (key = '') => new Origin(common, key),
    inUse: () => false,
  })
  let lastKey: string | undefined
  let last: Origin | undefined
  return {
    ...common,
    at(key) {
      // Most programs call one dependency many times in a row.
      if (last === undefined || key !== lastKey) {
        last = known.at(key)
        lastKey = key
      }
      return last
    },
  }
}

function breakerOf({
  breaker,
  name,
  maxKeys,
  onEvent,
  clock,
  random,
}: HouseSettings): CircuitBreakerPolicy | undefined {
  if (breaker === false) return undefined
  return 'layer' in breaker ? breaker : circuitBreaker({ ...breaker, name, maxKeys, onEvent, clock, random })
}

function limitOf({ limit, name, maxKeys, onEvent, clock }: HouseSettings): BulkheadPolicy | undefined {
  if (limit === undefined) return undefined
  return 'layer' in limit ? limit : bulkhead({ ...limit, name, maxKeys, onEvent, clock })
}
