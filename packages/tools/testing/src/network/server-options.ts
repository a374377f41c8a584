import { kindOf } from '../checks.ts'
import { checkFaults, type Fault } from './fault.ts'
import { checkEither, checkOptions, checkRate, checkWhole } from './rules.ts'
import { checkSpan, type Span } from './span.ts'

export interface SimulatedServerOptions {
  /**
   * What the server is called in errors.
   * @default 'server'
   */
  readonly name?: string | undefined
  /** How many requests it can serve in a second. Say either this or `serviceTime`. */
  readonly capacity?: number | undefined
  /** How long it takes to serve one request, in ms, or a function that rolls dice for each. Say either this or `capacity`. */
  readonly serviceTime?: Span | undefined
  /**
   * How many requests it serves at once; the others wait, first come first served.
   * @default 1
   */
  readonly workers?: number | undefined
  /**
   * How many requests may wait. When so many do, those that come are refused at once.
   * @default Infinity
   */
  readonly maxQueued?: number | undefined
  /**
   * What becomes of a waiting request whose client has given up. Most servers never learn of it, and what they serve for
   * nobody is what keeps a storm alive; `'dropped'` is a server that takes such requests out of its queue.
   * @default 'served'
   */
  readonly abandoned?: 'served' | 'dropped' | undefined
  /**
   * What goes wrong, and when.
   * @default []
   */
  readonly faults?: readonly Fault[] | undefined
}

export interface ResolvedServerOptions {
  readonly name: string
  readonly serviceTime: Span
  readonly workers: number
  readonly maxQueued: number
  readonly dropsAbandoned: boolean
  readonly faults: readonly Fault[]
}

export function resolveServerOptions(options: SimulatedServerOptions): ResolvedServerOptions {
  const {
    name = 'server',
    workers = 1,
    maxQueued = Number.POSITIVE_INFINITY,
    abandoned = 'served',
    faults = [],
  } = checkOptions(options)
  if (typeof name !== 'string') throw new TypeError(`name must be a string, got ${kindOf(name)}`)
  checkWhole('workers', workers, 1)
  if (maxQueued !== Number.POSITIVE_INFINITY) checkWhole('maxQueued', maxQueued, 0)
  checkEither('abandoned', abandoned, 'served', 'dropped')
  checkFaults(faults)
  const serviceTime = serviceTimeOf(options, workers)
  return { name, serviceTime, workers, maxQueued, dropsAbandoned: abandoned === 'dropped', faults }
}

function serviceTimeOf({ capacity, serviceTime }: SimulatedServerOptions, workers: number): Span {
  if ((capacity === undefined) === (serviceTime === undefined)) {
    throw new TypeError(
      `a server must have either capacity or serviceTime, got ${capacity === undefined ? 'none' : 'both'}`,
    )
  }
  if (serviceTime !== undefined) {
    checkSpan('serviceTime', serviceTime)
    return serviceTime
  }
  checkRate('capacity', capacity as number)
  return (1_000 * workers) / (capacity as number)
}
