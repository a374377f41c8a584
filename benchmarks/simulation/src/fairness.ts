import { codel } from '@holdfast/admission'
import { bulkhead } from '@holdfast/bulkhead'
import { type CallOptions, type Policy, type Priority, pipeline } from '@holdfast/core'
import { type ManualClock, manualClock, type SimulatedLoad, simulatedNetwork } from '@holdfast/testing'
import { timeout } from '@holdfast/timeout'
import { letPass } from './let-pass.ts'

/** What stands between the tenants and the service that they share. */
export type Door = (clock: ManualClock) => Policy

const TENANTS = 100
const CLIENTS_EACH = 100
/** Calls a second of each tenant. */
const RATE = 10
/** How much more one of them calls. */
const GREED = 100
/** The service does so many requests at a time, in so many ms each: 1,250 a second, for 1,000 that are usual. */
const WORKERS = 25
const SERVICE_TIME = 20
/** How long a tenant waits, in ms. */
const PATIENCE = 500

/** Whoever comes is let in. */
export const open: Door = (clock) => timeout({ timeout: PATIENCE, clock })

/** Each tenant has a bulkhead of his own. */
export const keyed: Door = (clock) =>
  pipeline(open(clock), bulkhead({ maxConcurrent: 2, maxQueued: 10, key: ({ context }) => String(context), clock }))

/** One bulkhead for all: it serves the more important first, and drops what has waited for long. */
export const prioritized: Door = (clock) =>
  pipeline(
    open(clock),
    bulkhead({ maxConcurrent: WORKERS, maxQueued: 500, queue: codel({ target: 20, interval: 100 }), clock }),
  )

/** One bulkhead for all, and nobody is more important. */
export const shared: Door = (clock) =>
  pipeline(open(clock), bulkhead({ maxConcurrent: WORKERS, maxQueued: 500, clock }))

export interface Share {
  /** The share of his calls that went well. */
  readonly goodput: number
  readonly p99: number
}

export interface FairnessFigures {
  /** The tenant of the others whose goodput is worst, and the longest p99 of any. */
  readonly others: Share
  readonly greedy: Share
}

/** Ten thousand clients of a hundred tenants, one of whom calls a hundred times as often as any other, if he is greedy. */
export async function fairness(
  door: Door,
  { greedy, priority = 'normal', seed = 1, seconds = 8 }: Greed,
): Promise<FairnessFigures> {
  const clock = manualClock({ settling: 'microtasks' })
  const network = simulatedNetwork({ clock, seed })
  const { request } = network.server({ workers: WORKERS, serviceTime: SERVICE_TIME })
  const policy = door(clock)
  const tenant = (id: number, rate: number, options: CallOptions): SimulatedLoad =>
    network.load({
      clients: CLIENTS_EACH,
      rate,
      until: 1_000 * seconds,
      call: () => policy.execute(request, { context: id, ...options }),
    })
  const others = Array.from({ length: TENANTS - 1 }, (_, id) => tenant(id + 1, RATE, {}))
  const one = tenant(0, greedy ? GREED * RATE : RATE, { priority })
  await letPass(clock, 1_000 * seconds + 5_000)
  const shares = others.map(shareOf)
  return {
    others: {
      goodput: Math.min(...shares.map(({ goodput }) => goodput)),
      p99: Math.max(...shares.map(({ p99 }) => p99)),
    },
    greedy: shareOf(one),
  }
}

export interface Greed {
  readonly greedy: boolean
  /** The priority of the one tenant's calls. */
  readonly priority?: Priority
  readonly seed?: number
  readonly seconds?: number
}

function shareOf(load: SimulatedLoad): Share {
  const { goodput, latency } = load.total()
  return { goodput, p99: latency.p99 }
}
