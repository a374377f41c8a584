import {
  type Clock,
  checkDuration,
  checkFunction,
  checkMethods,
  checkNumber,
  checkOptions,
  systemClock,
  wrongType,
} from '@holdfast/core'

/**
 * Says whether something works: it does not if this throws, rejects, returns `false` or takes longer than its timeout, when
 * `signal` aborts.
 */
export type Check = (signal: AbortSignal) => unknown

/** A function that tells the state of something: `() => breaker.snapshot()`. */
export type StateFunction = () => unknown

export interface HealthOptions {
  /**
   * What has to work so that the process is not restarted. Leave out what a restart does not mend, a database above all.
   * @default {}
   */
  readonly liveness?: Readonly<Record<string, Check>> | undefined
  /**
   * What has to work so that the process is sent requests.
   * @default {}
   */
  readonly readiness?: Readonly<Record<string, Check>> | undefined
  /**
   * What reports tell besides; it decides nothing.
   * @default {}
   */
  readonly states?: Readonly<Record<string, StateFunction>> | undefined
  /**
   * How long a check may take, in ms above 0.
   * @default 1_000
   */
  readonly timeout?: number | undefined
  /**
   * For how long the outcome of a check stands, in ms from 0 up.
   * @default 1_000
   */
  readonly maxAge?: number | undefined
  /** What makes the process unready: most likely what `drain()` returns. */
  readonly drain?: { readonly draining: boolean } | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

export interface ResolvedHealthOptions {
  readonly liveness: Readonly<Record<string, Check>>
  readonly readiness: Readonly<Record<string, Check>>
  readonly states: Readonly<Record<string, StateFunction>>
  readonly timeout: number
  readonly maxAge: number
  readonly drain: { readonly draining: boolean } | undefined
  readonly clock: Clock
}

export function resolveHealthOptions(given: HealthOptions): ResolvedHealthOptions {
  const {
    liveness = {},
    readiness = {},
    states = {},
    timeout = 1_000,
    maxAge = 1_000,
    drain,
    clock = systemClock,
  }: HealthOptions = checkOptions('options', given)
  return {
    liveness: checkFunctions('liveness', liveness),
    readiness: checkFunctions('readiness', readiness),
    states: checkFunctions('states', states),
    timeout: checkDuration('timeout', timeout),
    maxAge: checkNumber('maxAge', maxAge, 'a number of milliseconds from 0 up', {}),
    drain: drain === undefined ? undefined : checkDraining(drain),
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

function checkFunctions<F>(name: string, functions: Readonly<Record<string, F>>): Readonly<Record<string, F>> {
  for (const [key, value] of Object.entries(checkOptions(name, functions))) checkFunction(`${name}.${key}`, value)
  return functions
}

function checkDraining(drain: { readonly draining: boolean }): { readonly draining: boolean } {
  return typeof drain === 'object' && drain !== null && typeof drain.draining === 'boolean'
    ? drain
    : wrongType('drain', 'an object with draining', drain)
}
