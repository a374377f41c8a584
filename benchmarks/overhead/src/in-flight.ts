import { setImmediate as nextPoll } from 'node:timers/promises'
import { allocatedBy } from './garbage.ts'
import { type Row, rowOf } from './row.ts'
import { seeded, shuffled } from './shuffle.ts'

/** What is measured, many calls at once. */
export interface Flight {
  /** Runs one operation, and answers when it is over. */
  readonly call: (operation: () => Promise<number>) => Promise<unknown>
  /** How many calls are under way at once. */
  readonly calls: number
}

export interface FlightOptions {
  /** How often each contender flies. @default 5 */
  readonly rounds?: number | undefined
  /** Decides the order within each round. @default 1 */
  readonly seed?: number | undefined
}

interface Lane extends Flight {
  readonly name: string
  readonly times: number[]
  readonly bytes: number[]
}

/**
 * Keeps so many calls under way, a new one starting as each ends, and divides the CPU time of the whole process (garbage
 * collection on its other threads included) by the calls that came and went. It is counted from when all are in flight: a start
 * from an empty heap would compare those whose garbage still fits the young generation with those whose does not. A row's `ns`
 * is CPU time here, not time on the clock.
 */
export async function measureInFlight(
  flights: Readonly<Record<string, Flight>>,
  { rounds = 5, seed = 1 }: FlightOptions = {},
): Promise<Row[]> {
  const lanes = Object.entries(flights).map(([name, flight]): Lane => ({ name, ...flight, times: [], bytes: [] }))
  const random = seeded(seed)
  for (const lane of lanes) await fly(lane.call, Math.ceil(lane.calls / 10))
  for (let round = 0; round < rounds; round++) {
    for (const lane of shuffled(lanes, random)) {
      const { ns, bytes } = await fly(lane.call, lane.calls)
      lane.times.push(ns)
      lane.bytes.push(bytes)
    }
  }
  return lanes.map(({ name, times, bytes }) => rowOf(name, times, bytes))
}

/** How many operations settle between two polls of the event loop. */
const settledAtOnce = 1_000

/** How often those in flight are all replaced while it counts. */
const turns = 3

async function fly(call: Flight['call'], calls: number): Promise<{ ns: number; bytes: number }> {
  const ring: ((value: number) => void)[] = []
  let started = 0
  let settled = 0
  let flying = 0
  const operation = () =>
    new Promise<number>((resolve) => {
      ring[started++ % calls] = resolve
    })
  const oneCall = async () => {
    flying++
    await call(operation)
    flying--
  }
  const settleUpTo = async (end: number, refill: boolean) => {
    while (settled < end) {
      const stop = Math.min(settled + settledAtOnce, started, end)
      while (settled < stop) ring[settled++ % calls]?.(settled)
      await nextPoll()
      while (refill && flying < calls) oneCall()
    }
  }
  while (flying < calls) oneCall()
  await nextPoll()
  let ns = 0
  const bytes = await allocatedBy(async () => {
    const start = process.cpuUsage()
    await settleUpTo(turns * calls, true)
    const { user, system } = process.cpuUsage(start)
    ns = (user + system) * 1_000
  })
  await settleUpTo(started, false)
  await nextPoll()
  if (flying > 0) throw new Error(`${flying} calls never ended`)
  return { ns: ns / (turns * calls), bytes: bytes / (turns * calls) }
}
