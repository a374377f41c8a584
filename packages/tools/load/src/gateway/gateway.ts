import type { RequestListener, Server } from 'node:http'

/** What a service under test is made from, once for each arm and seed, in a process of its own. */
export interface GatewayContext<Settings = unknown> {
  /** The URL of the upstream, without a slash at the end. */
  readonly upstream: string
  /** The settings of the arm: which policies to use, for instance. */
  readonly settings: Settings
  /** The seed of the run. */
  readonly seed: number
  /** Has a figure read ten times a second, such as the balance of a budget, and shown in the report. */
  gauge(name: string, read: () => number): void
}

/** A handler of requests, as for `http.createServer`; an Express app is one. Or a server that does not listen yet. */
export type GatewayService = RequestListener | Server

/** What a gateway module exports under the name `gateway`. */
export type Gateway<Settings = unknown> = (
  context: GatewayContext<Settings>,
) => GatewayService | PromiseLike<GatewayService>
