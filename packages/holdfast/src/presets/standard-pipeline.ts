import { type Budget, budget } from '@holdfast/budget'
import { type BulkheadPolicy, bulkhead } from '@holdfast/bulkhead'
import { type CircuitBreakerPolicy, circuitBreaker } from '@holdfast/circuit-breaker'
import { classify, definePolicy, describe, type Policy, pipeline } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { hedge } from '@holdfast/hedge'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import { type Origins, origins } from './origins.ts'
import { onlyIfNothingRan, unlessOpen } from './repeating.ts'
import {
  resolveFacts,
  type StandardBreaker,
  type StandardFacts,
  type StandardPipelineOptions,
} from './standard-options.ts'

/** A pipeline that was made of facts. */
export interface StandardPipeline<out F = never> extends Policy<F> {
  /** Its breaker, for its state and to isolate it; `undefined` where there is none. */
  readonly breaker: CircuitBreakerPolicy | undefined
  /** Its bulkhead, to see how full it is and to change it; `undefined` without `maxConcurrent`. */
  readonly bulkhead: BulkheadPolicy | undefined
  /** What its retries and hedges are paid from. */
  readonly budget: Budget
}

/** Hedges plan on this part of the extra load, so that there is something left in the budget when a call fails. */
const SHARE_OF_HEDGES = 1 / 2

/**
 * The policies in the order that works, made of what is known of the operation: fallback, total timeout, retry, hedge, breaker,
 * bulkhead, attempt timeout. What no fact asks for is left out; `describe` shows what was built. Make one for each dependency.
 */
export function standardPipeline<F = never>(options: StandardPipelineOptions<F> = {}): StandardPipeline<F> {
  const facts = resolveFacts(options)
  const { attemptTimeout, clock, idempotent, key, maxAttempts, maxConcurrent, maxExtraLoad, maxQueued, mode } = facts
  const { name, onDiscard, onEvent } = facts
  const account = facts.budget ?? budget({ ratio: maxExtraLoad, name: `${name}.budget` })
  const breaker = breakerOf(facts)
  const common = { clock, onEvent }
  const limit =
    maxConcurrent === undefined
      ? undefined
      : bulkhead({ ...common, maxConcurrent, maxQueued, key, mode, name: `${name}.bulkhead` })
  const source = idempotent ? undefined : origins()
  const layers: (Policy<unknown> | false | undefined)[] = [
    facts.classify && classify(facts.classify),
    facts.fallback !== undefined && fallback(facts.fallback, { ...common, name: `${name}.fallback` }),
    facts.timeout < Infinity && timeout({ ...common, timeout: facts.timeout, onDiscard, name: `${name}.timeout` }),
    maxAttempts > 1 && retryOf(facts, account, source),
    idempotent &&
      hedge({
        ...common,
        maxExtraLoad: maxExtraLoad * SHARE_OF_HEDGES,
        budget: account,
        onDiscard,
        name: `${name}.hedge`,
      }),
    breaker,
    limit,
    attemptTimeout < Infinity && timeout({ ...common, timeout: attemptTimeout, onDiscard, name: `${name}.attempt` }),
  ]
  const built = pipeline(...layers.filter((policy) => policy !== false && policy !== undefined))
  const { timeout: total, nothingRan } = facts
  return {
    ...definePolicy<F>({
      kind: 'standard-pipeline',
      name,
      clock,
      layer: (inner) => built.layer(source === undefined ? inner : source.layer(inner)),
      neverThrows: true,
      options: () => ({
        timeout: total,
        attemptTimeout,
        maxAttempts,
        maxExtraLoad,
        idempotent,
        nothingRan,
        maxConcurrent,
        maxQueued,
        key,
        mode,
        onDiscard,
        onEvent,
      }),
      layers: () => describe(built).layers ?? [],
    }),
    breaker,
    bulkhead: limit,
    budget: account,
  }
}

function retryOf(facts: StandardFacts, account: Budget, source: Origins | undefined): Policy {
  const { backoff, clock, maxAttempts, name, nothingRan, onDiscard, onEvent, random } = facts
  return retry({
    maxAttempts,
    backoff,
    budget: account,
    retryRefused: true,
    shouldRetry: source === undefined ? unlessOpen : onlyIfNothingRan(source, nothingRan),
    onDiscard,
    onEvent,
    name: `${name}.retry`,
    clock,
    random,
  })
}

function breakerOf({
  breaker,
  clock,
  key,
  mode,
  name,
  onEvent,
  random,
}: StandardFacts): CircuitBreakerPolicy | undefined {
  if (breaker === false) return undefined
  if (isBreaker(breaker)) return breaker
  return circuitBreaker({ key, mode, ...breaker, name: `${name}.breaker`, clock, onEvent, random })
}

function isBreaker(breaker: Exclude<StandardBreaker, false>): breaker is CircuitBreakerPolicy {
  return 'layer' in breaker
}
