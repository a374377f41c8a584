import { exponential, type Jitter } from '@holdfast/backoff'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { fleetOf } from './fleet.ts'
import { letPass } from './let-pass.ts'

const PROCESSES = 100
const CLIENTS = 10_000
/** Calls a second of each process. */
const RATE = 20
/** How long everything fails, in ms, and when that begins. */
const FAILS_FROM = 5_000
const FAILS_FOR = 45_000

/** So many probes does each process send in that time, however its dice fall. */
const ROUNDS = 3

/** The share of the processes that send their first probe within the same second, then that for their second probe, and so on. */
export type ProbeFigures = readonly number[]

/** A fleet whose breakers open at about the same time, because their dependency fails for all of them at the same time. */
export async function probes(jitter: Jitter, seed = 1): Promise<ProbeFigures> {
  const rounds: number[][] = []
  const { clock } = fleetOf({
    seed,
    servers: 1,
    capacity: 10_000,
    faults: [{ type: 'fail', from: FAILS_FROM, until: FAILS_FROM + FAILS_FOR }],
    clients: CLIENTS,
    processes: PROCESSES,
    rate: PROCESSES * RATE,
    policy: ({ clock, random }) =>
      circuitBreaker({
        openFor: exponential({ base: 5_000, cap: 300_000, jitter }),
        clock,
        random,
        onEvent(event) {
          if (event.type !== 'circuit.half-opened') return
          rounds[event.openings - 1] ??= []
          rounds[event.openings - 1]?.push(clock.now())
        },
      }),
  })
  await letPass(clock, FAILS_FROM + FAILS_FOR)
  return rounds.slice(0, ROUNDS).map((times) => busiestSecond(times) / PROCESSES)
}

/** The most of `times`, which ascend, that lie within one second. */
function busiestSecond(times: readonly number[]): number {
  let most = 0
  let first = 0
  for (const [last, time] of times.entries()) {
    while (time - (times[first] as number) >= 1_000) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}
