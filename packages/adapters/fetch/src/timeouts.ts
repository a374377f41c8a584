import type { Policy } from '@holdfast/core'
import { timeout } from '@holdfast/timeout'
import { keep } from './kept.ts'
import type { HouseSettings } from './options.ts'
import { release } from './release.ts'

/**
 * The timeouts that requests have. They know nothing of origins, so all share them: a timer for each of ten thousand origins would
 * keep them in memory until it fires.
 */
export class Timeouts {
  private readonly house: HouseSettings
  private readonly totals = new Map<number, Policy>()
  private readonly attempts = new Map<number, Policy>()

  constructor(house: HouseSettings) {
    this.house = house
  }

  /** Of a whole request. */
  of(ms: number): Policy {
    return this.totals.get(ms) ?? keep(this.totals, ms, this.make(ms, this.house.name))
  }

  ofAttempt(ms: number): Policy {
    return this.attempts.get(ms) ?? keep(this.attempts, ms, this.make(ms, `${this.house.name} attempt`))
  }

  private make(ms: number, name: string): Policy {
    const { onEvent, clock } = this.house
    const onDiscard = (response: unknown) => release(response, clock)
    return timeout({ timeout: ms, name, onEvent, clock, onDiscard })
  }
}
