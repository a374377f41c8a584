import type { Arm } from './arms.ts'
import { fleetOf } from './fleet.ts'
import { letPass } from './let-pass.ts'
import { large } from './scales.ts'

export interface AmplificationFigures {
  readonly calls: number
  readonly successes: number
  readonly attempts: number
  readonly processes: number
  /** Attempts for each call while everything fails. */
  readonly outage: number
}

/** When the good seconds are over. */
const FAILS_FROM = 5_000

/** A fleet whose service fails all requests after some good seconds. */
export async function amplification(arm: Arm, { seed = 1, seconds = 20 } = {}): Promise<AmplificationFigures> {
  const { servers, capacity, clients, processes } = large
  const { clock, network, load } = fleetOf({
    seed,
    servers,
    capacity: servers * capacity,
    faults: [{ type: 'fail', from: FAILS_FROM }],
    clients,
    processes,
    rate: 0.75 * servers * capacity,
    policy: arm,
  })
  await letPass(clock, 1_000 * seconds)
  load.stop()
  await letPass(clock, 5_000)
  const { offered, good, attempts } = network.total()
  const outage = network.between(FAILS_FROM, 1_000 * seconds)
  return { calls: offered, successes: good, attempts, processes, outage: outage.attempts / outage.offered }
}

/** The line: all that is added to the calls is paid for by successes, or was there at the beginning. */
export function isPaidFor(figures: AmplificationFigures, budget: { ratio: number; initial: number }): boolean {
  const { calls, successes, attempts, processes } = figures
  return attempts <= 1.05 * (calls + budget.ratio * successes + budget.initial * processes)
}
