import { allocatedBy } from './garbage.ts'
import { type Row, rowOf } from './row.ts'
import { seeded, shuffled } from './shuffle.ts'

/** Runs one operation, and answers when it is over. */
export type FlightContender = (operation: () => Promise<number>) => Promise<unknown>

export interface Flight {
  readonly call: FlightContender
  /** How many calls are under way at once. */
  readonly calls: number
}

export interface FlightOptions {
  /** How often each contender flies. @default 5 */
  readonly rounds?: number | undefined
  /** Decides the order within each round. @default 1 */
  readonly seed?: number | undefined
}

/**
 * Starts all calls, then lets their operations settle, and divides the CPU time of the whole process (garbage collection on its
 * other threads included) by the number of calls. A row's `ns` is CPU time here, not time on the clock.
 */
export async function measureInFlight(
  flights: Readonly<Record<string, Flight>>,
  { rounds = 5, seed = 1 }: FlightOptions = {},
): Promise<Row[]> {
  const lanes = Object.entries(flights).map(([name, flight]) => {
    return { name, ...flight, times: new Array<number>(), bytes: new Array<number>() }
  })
  const random = seeded(seed)
  for (const lane of lanes) await fly(lane.call, Math.ceil(lane.calls / 10))
  for (let round = 0; round < rounds; round++) {
    for (const lane of shuffled(lanes, random)) {
      const bytes = await allocatedBy(async () => {
        lane.times.push((await fly(lane.call, lane.calls)) / lane.calls)
      })
      lane.bytes.push(bytes / lane.calls)
    }
  }
  return lanes.map(({ name, times, bytes }) => rowOf(name, times, bytes))
}

/** How many operations settle between two polls of the event loop. */
const settledAtOnce = 1_000

async function fly(call: FlightContender, calls: number): Promise<number> {
  const waiting: ((value: number) => void)[] = []
  const operation = () => new Promise<number>((resolve) => waiting.push(resolve))
  const { promise: landed, resolve, reject } = Promise.withResolvers<void>()
  let flying = calls
  const land = () => {
    flying--
    if (flying === 0) resolve()
  }
  const start = process.cpuUsage()
  for (let i = 0; i < calls; i++) call(operation).then(land, reject)
  let next = 0
  const settle = () => {
    const end = Math.min(next + settledAtOnce, calls)
    for (; next < end; next++) waiting[next]?.(next)
    if (next < calls) setImmediate(settle)
  }
  setImmediate(settle)
  await landed
  const { user, system } = process.cpuUsage(start)
  return (user + system) * 1_000
}
