import { checkDuration, checkFunction } from '../checks.ts'
import { checkEither, checkOptions, checkRate, checkWhole } from './rules.ts'

export interface SimulatedLoadOptions {
  /** How many calls begin in a second, of all clients together, however long those take that began before. */
  readonly rate: number
  /** What a client does: mostly to execute a request to a server under its policy. It is given the client's number, from 0. */
  readonly call: (client: number) => PromiseLike<unknown>
  /**
   * How many clients there are.
   * @default 1
   */
  readonly clients?: number | undefined
  /**
   * `'random'`: each client calls when it likes, whatever the others do. `'even'`: one after another, at equal distances.
   * @default 'random'
   */
  readonly arrivals?: 'random' | 'even' | undefined
  /**
   * When the first call may come, in ms since the network was made.
   * @default 0
   */
  readonly from?: number | undefined
  /**
   * From when on no call comes.
   * @default Infinity
   */
  readonly until?: number | undefined
}

export type ResolvedLoadOptions = { readonly [K in keyof SimulatedLoadOptions]-?: NonNullable<SimulatedLoadOptions[K]> }

export function resolveLoadOptions(options: SimulatedLoadOptions): ResolvedLoadOptions {
  const {
    rate,
    call,
    clients = 1,
    arrivals = 'random',
    from = 0,
    until = Number.POSITIVE_INFINITY,
  } = checkOptions(options)
  checkRate('rate', rate)
  checkFunction('call', call)
  checkWhole('clients', clients, 1)
  checkEither('arrivals', arrivals, 'random', 'even')
  checkDuration('from', from)
  checkDuration('until', until)
  return { rate, call, clients, arrivals, from, until }
}
