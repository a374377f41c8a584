import { checkNumber, checkOptions, wrongType, wrongValue } from '@holdfast/core'
import { checkFaults, type Fault } from './fault.ts'
import { checkLatency, type Latency } from './latency.ts'

/** What an upstream is like: plain data, since it runs in a process of its own. */
export interface UpstreamOptions {
  /** How long it takes to serve a request, in ms; say either this or `capacity`, or neither for an upstream that answers at once. */
  readonly latency?: Latency | undefined
  /** How many requests it can serve in a second; those that come in between wait in line. */
  readonly capacity?: number | undefined
  /**
   * How many requests it serves at once. The default is 1 with `capacity`, and all that come without it.
   * @default none
   */
  readonly workers?: number | undefined
  /**
   * How many requests may wait for a worker. When so many do, those that come are answered 503 at once.
   * @default Infinity
   */
  readonly maxQueued?: number | undefined
  /**
   * What goes wrong, and when.
   * @default []
   */
  readonly faults?: readonly Fault[] | undefined
}

/** An upstream with nothing left to say. Times are ms. */
export interface UpstreamPlan {
  readonly serviceTime: Latency
  readonly workers: number
  readonly maxQueued: number
  readonly faults: readonly Fault[]
}

export function resolveUpstream(name: string, options: UpstreamOptions): UpstreamPlan {
  const { latency, capacity, maxQueued = Number.POSITIVE_INFINITY, faults = [] } = checkOptions(name, options)
  if (latency !== undefined && capacity !== undefined)
    throw new TypeError(`${name} must have either latency or capacity, got both`)
  const workers = options.workers ?? (capacity === undefined ? Number.POSITIVE_INFINITY : 1)
  checkWhole(`${name}.workers`, workers, 1)
  checkWhole(`${name}.maxQueued`, maxQueued, 0)
  const serviceTime = capacity === undefined ? (latency ?? 0) : timeOf(name, capacity, workers)
  return {
    serviceTime: checkLatency(`${name}.latency`, serviceTime),
    workers,
    maxQueued,
    faults: checkCrew(name, workers, checkFaults(`${name}.faults`, faults)),
  }
}

/** Whether the workers that faults take away are there, and some are left or come back. */
function checkCrew(name: string, workers: number, faults: readonly Fault[]): readonly Fault[] {
  faults.forEach((fault, at) => {
    if (fault.type !== 'outage') return
    if (workers === Number.POSITIVE_INFINITY)
      wrongValue(`${name}.workers`, 'a number where there is an outage', workers)
    const { until = Number.POSITIVE_INFINITY } = fault
    const most = until === Number.POSITIVE_INFINITY ? workers - 1 : workers
    if (fault.workers <= most) return
    const rule = most < workers ? `at most ${most}, of ${workers}, where the outage has no end` : `at most ${workers}`
    wrongValue(`${name}.faults[${at}].workers`, rule, fault.workers)
  })
  return faults
}

function timeOf(name: string, capacity: number, workers: number): number {
  checkNumber(`${name}.capacity`, capacity, 'a number of requests a second above 0', { above: true })
  if (workers === Number.POSITIVE_INFINITY) wrongValue(`${name}.workers`, 'a number where there is a capacity', workers)
  return (1_000 * workers) / capacity
}

function checkWhole(name: string, value: unknown, min: number): void {
  const rule = `an integer from ${min} up, or Infinity`
  if (typeof value !== 'number') wrongType(name, rule, value)
  if (value !== Number.POSITIVE_INFINITY) checkNumber(name, value, rule, { min, integer: true })
}
