import type { RequestPlan } from '../experiment/mix.ts'
import type { GaugeReading, PolicyReport } from '../gateway/reports.ts'
import type { UpstreamCounts } from '../upstream/counts.ts'
import type { UpstreamPlan } from '../upstream/options.ts'

/** What every process of a run is told. Times are those of the machine. */
export type Order<Start> =
  | { readonly type: 'start'; readonly with: Start }
  /** The load begins at this time. */
  | { readonly type: 'begin'; readonly time: number }
  /** The load is over: say what there is to say. */
  | { readonly type: 'read' }

/** What every process says when it cannot go on. */
export interface Trouble {
  readonly type: 'trouble'
  readonly message: string
}

export interface Listening {
  readonly type: 'listening'
  readonly url: string
}

export interface UpstreamStart {
  readonly plan: UpstreamPlan
  readonly seed: number
}

export type UpstreamWord = Listening | Trouble | { readonly type: 'counts'; readonly counts: UpstreamCounts }

export interface GatewayStart {
  /** The URL of the module. */
  readonly module: string
  readonly settings: unknown
  readonly upstream: string
  readonly seed: number
}

export type GatewayWord =
  | Listening
  | Trouble
  | { readonly type: 'reports'; readonly policies: readonly PolicyReport[]; readonly gauges: readonly GaugeReading[] }

export interface GeneratorStart {
  readonly url: string
  readonly rate: number
  /** How many are due at a time. */
  readonly together: number
  /** How long requests are made and counted, in ms. */
  readonly duration: number
  /** How long they are made before that, in ms. */
  readonly warmup: number
  /** Several kinds of requests; none where all are alike. */
  readonly mix: readonly RequestPlan[]
  readonly connections: number
  /** How long an answer is waited for, in ms. */
  readonly timeout: number
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Requests that are over, one at each place of the lists. */
export interface Batch {
  readonly type: 'batch'
  /** When each was due, in ms since the load began. */
  readonly due: Float64Array
  /** How long each took, in ms. */
  readonly took: Float64Array
  /** Its status, or minus the place of what went wrong in `kinds`, counted from 1. */
  readonly outcome: Int16Array
  /** Its place in the mix of the load. */
  readonly request: Uint8Array
  readonly kinds: readonly string[]
}

/** How well the generator itself kept up. */
export interface Pace {
  /** Requests that waited for a free connection. */
  readonly waited: number
  /** Requests that were sent late because the generator was busy or not given the processor. */
  readonly late: number
  /** How late the latest of them was, in ms. */
  readonly latest: number
}

export type GeneratorWord =
  | { readonly type: 'ready' }
  | Batch
  | { readonly type: 'done'; readonly pace: Pace }
  | Trouble
