import { type Budget, budget } from '@holdfast/budget'
import type { BulkheadPolicy } from '@holdfast/bulkhead'
import type { CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import { type Policy, pipeline } from '@holdfast/core'
import { type HedgePolicy, hedge } from '@holdfast/hedge'
import type { RequestSettings } from '@holdfast/http'
import { retry } from '@holdfast/retry'
import { Attempt } from './attempt.ts'
import { keep } from './kept.ts'
import type { HouseSettings } from './options.ts'
import { owned } from './root-of-call.ts'
import type { Timeouts } from './timeouts.ts'

/** What all origins share: policies that keep state by key themselves. */
export interface CommonPolicies {
  readonly house: HouseSettings
  readonly breaker: CircuitBreakerPolicy | undefined
  readonly limit: BulkheadPolicy | undefined
  readonly timeouts: Timeouts
}

/** One origin: the budget of its retries and hedges, and the pipelines for its requests. */
export class Origin {
  private readonly common: CommonPolicies
  private readonly budget: Budget
  private readonly variants = new Map<string, Policy>()
  /** By the extra load: what they have learned is about the origin, and stays when other settings change. */
  private readonly hedges = new Map<number, HedgePolicy>()
  private latest: { readonly settings: RequestSettings; readonly hedged: boolean; readonly policy: Policy } | undefined

  constructor(common: CommonPolicies, key: string) {
    this.common = common
    this.budget = budgetFor(common.house.budget, key)
  }

  /** The pipeline for requests with these settings. */
  policyFor(settings: RequestSettings, hedged: boolean): Policy {
    const { latest } = this
    if (latest !== undefined && latest.settings === settings && latest.hedged === hedged) return latest.policy
    const load = hedged ? settings.maxExtraLoad : 0
    const name = `${settings.timeout}/${settings.attemptTimeout}/${settings.maxAttempts}/${load}`
    const policy = this.variants.get(name) ?? keep(this.variants, name, this.assemble(settings, load))
    this.latest = { settings, hedged, policy }
    return policy
  }

  /** Total timeout, retry, hedge, breaker, limit, attempt timeout: the order that works. */
  private assemble({ timeout: total, attemptTimeout, maxAttempts }: RequestSettings, load: number): Policy {
    const { house, breaker, limit, timeouts } = this.common
    const { name, onEvent, clock, random, backoff, maxWait } = house
    const policies: Policy[] = [
      owned,
      timeouts.of(total),
      retry({ maxAttempts, backoff, maxWait, budget: this.budget, name, onEvent, clock, random, onDiscard }),
    ]
    if (load > 0) policies.push(this.hedges.get(load) ?? keep(this.hedges, load, this.hedgeAt(load)))
    // An open circuit takes no place and no wait for one.
    if (breaker !== undefined) policies.push(breaker)
    if (limit !== undefined) policies.push(limit)
    if (attemptTimeout !== Infinity) policies.push(timeouts.ofAttempt(attemptTimeout))
    return pipeline(name, ...policies)
  }

  private hedgeAt(maxExtraLoad: number): HedgePolicy {
    const { name, onEvent, clock } = this.common.house
    return hedge({ maxExtraLoad, budget: this.budget, name, onEvent, clock, onDiscard })
  }
}

function onDiscard(value: unknown): void {
  if (value instanceof Attempt) value.release()
}

function budgetFor(given: HouseSettings['budget'], key: string): Budget {
  if (typeof given === 'function') return given(key)
  return 'withdraw' in given ? given : budget(given)
}
