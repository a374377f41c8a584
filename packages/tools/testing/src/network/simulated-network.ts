import type { Clock } from '@holdfast/core'
import { seededRandom } from '../seeded-random.ts'
import { type Figures, figuresOf, type LoadFigures, type ServerFigures } from './figures.ts'
import { Journal } from './journal.ts'
import { LoadLedger } from './load-ledger.ts'
import { resolveLoadOptions, type SimulatedLoadOptions } from './load-options.ts'
import { checkClock, checkOptions, checkRate } from './rules.ts'
import { ServerLedger } from './server-ledger.ts'
import { resolveServerOptions, type SimulatedServerOptions } from './server-options.ts'
import { Clients, loadOf, type SimulatedLoad } from './simulated-load.ts'
import { ServerProcess, type SimulatedServer, serverOf } from './simulated-server.ts'
import { checkSpan, type Span } from './span.ts'

export interface SimulatedNetworkOptions {
  /** What moves the network's time: a manual clock, for large networks one with `settling: 'microtasks'`. */
  readonly clock: Clock
  /**
   * The same seed and the same code give the same run, bit for bit.
   * @default 1
   */
  readonly seed?: number | string | undefined
  /**
   * How long the way to a server and back takes, in ms, or a function that rolls dice for each request.
   * @default 0
   */
  readonly latency?: Span | undefined
  /**
   * How long the periods are by which figures are kept, in ms.
   * @default 1_000
   */
  readonly period?: number | undefined
}

/** What all loads and all servers of a network come to. */
export interface NetworkFigures extends LoadFigures, ServerFigures {}

/** Clients and servers that live by one clock and one seed. */
export interface SimulatedNetwork extends Figures<NetworkFigures> {
  server(options: SimulatedServerOptions): SimulatedServer
  /** Clients who call from now on. */
  load(options: SimulatedLoadOptions): SimulatedLoad
  /** 16 characters that depend on everything that has happened, its order and its exact times. */
  readonly digest: string
}

/**
 * Makes a network of simulated servers and clients. Clients run whatever they are told, most likely the policies that are to
 * be tested; nothing of these is simulated.
 */
export function simulatedNetwork(options: SimulatedNetworkOptions): SimulatedNetwork {
  const { clock, seed = 1, latency = 0, period = 1_000 } = checkOptions(options)
  checkClock(clock)
  checkSpan('latency', latency)
  checkRate('period', period)
  const journal = new Journal(clock, period)
  const random = seededRandom(seed)
  const servers: ServerProcess[] = []
  const loads: Clients[] = []

  return {
    server(serverOptions) {
      const resolved = resolveServerOptions(serverOptions)
      const id = servers.length
      const server = new ServerProcess(resolved, latency, journal, id, random.fork(`server ${id}`))
      servers.push(server)
      return serverOf(resolved.name, server, journal)
    },
    load(loadOptions) {
      const id = loads.length
      const clients = new Clients(resolveLoadOptions(loadOptions), journal, id, random.fork(`load ${id}`))
      loads.push(clients)
      return loadOf(clients, journal)
    },
    get digest() {
      return journal.digest.toString()
    },
    ...figuresOf(journal, (stretch, first, end) => ({
      ...LoadLedger.figures(
        loads.map(({ ledger }) => ledger),
        stretch,
        first,
        end,
      ),
      ...ServerLedger.figures(
        servers.map(({ ledger }) => ledger),
        stretch,
        first,
        end,
      ),
    })),
  }
}
