import type { Drain, Health } from '@holdfast/lifecycle'
import type { BulkheadOptions } from './bulkhead-options.ts'
import type { DeadlineOptions } from './deadline-options.ts'
import type { RateLimitOptions } from './rate-limit-options.ts'
import type { ShedOptions } from './shed-options.ts'

/** What a route may say for itself in `config.holdfast`. What it leaves out is as where the plugin was registered; `false` is none. */
export interface HoldfastRouteOptions {
  /** Refuses who asks too often. Of several each is asked in turn; those that have admitted a request that a later one refuses are charged. */
  readonly rateLimit?: RateLimitOptions | readonly RateLimitOptions[] | false | undefined
  /** Refuses what the process cannot do in time. */
  readonly shed?: ShedOptions | false | undefined
  /** Gives a request so much time, and tells what it calls. */
  readonly deadline?: DeadlineOptions | false | undefined
  /** Lets so many requests into the handler at once: for each route apart, unless it is given as a `policy`. */
  readonly bulkhead?: BulkheadOptions | false | undefined
  /** Whether Holdfast's errors that a handler ends with become problem details. Where nobody says otherwise they do. */
  readonly errors?: boolean | undefined
}

/** What all routes have where the plugin is registered, but for what they say themselves. */
export interface HoldfastOptions extends HoldfastRouteOptions {
  /** Answers probes. */
  readonly health?: HealthOptions | false | undefined
  /** What `drain()` of `@holdfast/lifecycle` returned: it waits for requests, and closes this app. */
  readonly drain?: Drain | false | undefined
}

export interface HealthOptions {
  /** What `health()` of `@holdfast/lifecycle` returned. */
  readonly health: Health
  /**
   * Where it is asked whether the process is to be left running.
   * @default '/livez'
   */
  readonly live?: string | undefined
  /**
   * Where it is asked whether the process is to be sent requests.
   * @default '/readyz'
   */
  readonly ready?: string | undefined
}
