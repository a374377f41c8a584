import { type Budget, budget } from '@holdfast/budget'
import type { BulkheadPolicy } from '@holdfast/bulkhead'
import type { CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import { type Policy, pipeline } from '@holdfast/core'
import { type HedgePolicy, hedge } from '@holdfast/hedge'
import type { RequestSettings } from '@holdfast/http'
import { retry } from '@holdfast/retry'
import { keep } from './kept.ts'
import type { HouseSettings } from './options.ts'
import { release } from './release.ts'
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

  constructor(common: CommonPolicies, key: string) {
    this.common = common
    this.budget = budgetFor(common.house.budget, key)
  }

  private last: Policy | undefined = undefined
  private lastSettings: RequestSettings | undefined = undefined
  private lastHedged = false

  /** The pipeline for requests with these settings. */
  policyFor(settings: RequestSettings, hedged: boolean): Policy {
    if (settings === this.lastSettings && hedged === this.lastHedged && this.last !== undefined) return this.last
    const { timeout, attemptTimeout, maxAttempts } = settings
    const load = hedged ? settings.maxExtraLoad : 0
    const name = `${timeout}/${attemptTimeout}/${maxAttempts}/${load}`
    this.last =
      this.variants.get(name) ?? keep(this.variants, name, this.assemble(timeout, attemptTimeout, maxAttempts, load))
    this.lastSettings = settings
    this.lastHedged = hedged
    return this.last
  }

  /** Total timeout, retry, hedge, breaker, limit, attempt timeout: the order that works. */
  private assemble(total: number, attempt: number, maxAttempts: number, load: number): Policy {
    const { house, breaker, limit, timeouts } = this.common
    const { name, onEvent, clock, random, backoff, maxWait } = house
    const onDiscard = (response: unknown) => release(response, clock)
    const policies: Policy[] = [
      timeouts.of(total),
      retry({ maxAttempts, backoff, maxWait, budget: this.budget, name, onEvent, clock, random, onDiscard }),
    ]
    if (load > 0) policies.push(this.hedgeAt(load))
    // An open circuit takes no place and no wait for one.
    if (breaker !== undefined) policies.push(breaker)
    if (limit !== undefined) policies.push(limit)
    if (attempt !== Infinity) policies.push(timeouts.ofAttempt(attempt))
    return pipeline(name, ...policies)
  }

  private hedgeAt(maxExtraLoad: number): HedgePolicy {
    const { name, onEvent, clock } = this.common.house
    const onDiscard = (response: unknown) => release(response, clock)
    const known = this.hedges.get(maxExtraLoad)
    const made = () => hedge({ maxExtraLoad, budget: this.budget, name, onEvent, clock, onDiscard })
    return known ?? keep(this.hedges, maxExtraLoad, made())
  }
}

function budgetFor(given: HouseSettings['budget'], key: string): Budget {
  if (typeof given === 'function') return given(key)
  return 'withdraw' in given ? given : budget(given)
}
