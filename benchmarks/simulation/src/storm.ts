import type { Arm } from './arms.ts'
import { fleetOf, PERIOD } from './fleet.ts'
import { letPass } from './let-pass.ts'
import type { Scale } from './scales.ts'

/** A service, those who call it, and ten seconds in which it has a tenth of its capacity. */
export interface StormPlan extends Scale {
  readonly arm: Arm
  readonly seed?: number
  /** The load, as a share of the capacity. */
  readonly load?: number
  /** How many requests may wait at a server before it refuses more; it refuses none without it. */
  readonly maxQueued?: number
  /** How long it is watched after the brown-out, in ms. */
  readonly watch?: number
}

export interface StormFigures {
  /** From the end of the brown-out until calls go well again, in ms; `Infinity` where they did not while it was watched. */
  readonly recovery: number
  /** The share of the calls that went well, by when they began. */
  readonly goodput: {
    readonly before: number
    readonly brownout: number
    /** After the brown-out, until calls go well again, or for as long as it was watched. */
    readonly after: number
  }
  /** Attempts for each call of the brown-out. */
  readonly amplification: number
  readonly attempts: number
  readonly digest: string
}

/** When the brown-out begins, and how long it is, in ms. */
const BEGINS = 5_000
const LASTS = 10_000
/** Calls go well when of those that begin within so many ms so many go well. */
const STEADY = 2_000
const WELL = 0.95
/** How long a call takes at most: three attempts and the waits between them. */
const TO_THE_END = 2_000

export async function storm(plan: StormPlan): Promise<StormFigures> {
  const { arm, seed = 1, servers, capacity, clients, processes, load: share = 0.75, maxQueued, watch = 60_000 } = plan
  const ends = BEGINS + LASTS
  const { clock, network, load } = fleetOf({
    seed,
    servers,
    capacity: servers * capacity,
    ...(maxQueued === undefined ? {} : { maxQueued }),
    faults: [{ type: 'brownout', from: BEGINS, until: ends, capacity: 0.1 }],
    clients,
    processes,
    rate: share * servers * capacity,
    policy: arm,
  })
  await letPass(clock, ends)
  let recovery = Infinity
  for (let time = 0; time + STEADY <= watch && recovery === Infinity; time += PERIOD) {
    // A little longer than the stretch that is looked at: the calls that begin in it get to their end.
    await letPass(clock, ends + time + STEADY + TO_THE_END - clock.now())
    if (load.between(ends + time, ends + time + STEADY).goodput >= WELL) recovery = time
  }
  const watched = Math.min(watch, recovery + STEADY)

  const brownout = network.between(BEGINS, ends)
  return {
    recovery,
    goodput: {
      before: load.between(0, BEGINS).goodput,
      brownout: brownout.goodput,
      after: load.between(ends, ends + watched).goodput,
    },
    amplification: brownout.attempts / brownout.offered,
    attempts: network.total().attempts,
    digest: network.digest,
  }
}

/** The line for a retrying client: it recovers within 1.1 × of the time that one takes who never retries. */
export function keepsUp(figures: StormFigures, noRetry: StormFigures): boolean {
  return figures.recovery <= 1.1 * noRetry.recovery
}

/** What a storm that feeds itself looks like: under a tenth goes well for as long as it is watched. */
export function staysDown(figures: StormFigures): boolean {
  return figures.recovery === Infinity && figures.goodput.after < 0.1
}
