import { constants } from 'node:os'
import {
  type Clock,
  checkDuration,
  checkFunction,
  checkMethods,
  checkNumber,
  checkOptions,
  checkText,
  type EventListener,
  guarded,
  systemClock,
  wrongType,
  wrongValue,
} from '@holdfast/core'
import type { DrainEvent } from './drain-events.ts'

export interface DrainOptions {
  /**
   * Which signals begin it; with none of them, only `start()` does. One more of them, later than half a second, forces it.
   * @default ['SIGTERM']
   */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /**
   * How long the process goes on accepting while it is not ready any more, in ms from 0 up: until load balancers have noticed.
   * @default 0
   */
  readonly delay?: number | undefined
  /**
   * How long what is under way has to finish, in ms above 0, once nothing new is accepted.
   * @default 20_000
   */
  readonly timeout?: number | undefined
  /**
   * How long the `onClose` hooks have together, in ms above 0.
   * @default 5_000
   */
  readonly closeTimeout?: number | undefined
  /**
   * Ends the process after a drain that a signal began: with 0 if it was clean, 1 if not.
   * @default (code) => process.exit(code)
   */
  readonly exit?: ((code: 0 | 1) => void) | undefined
  /**
   * What events call it.
   * @default 'drain'
   */
  readonly name?: string | undefined
  /** Told how it goes. */
  readonly onEvent?: EventListener<DrainEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

export interface ResolvedDrainOptions {
  readonly signals: readonly NodeJS.Signals[]
  readonly delay: number
  readonly timeout: number
  readonly closeTimeout: number
  /** Never throws. */
  readonly exit: (code: 0 | 1) => void
  readonly name: string
  readonly onEvent: EventListener<DrainEvent> | undefined
  readonly clock: Clock
}

export function resolveDrainOptions(given: DrainOptions): ResolvedDrainOptions {
  const {
    signals = ['SIGTERM'],
    delay = 0,
    timeout = 20_000,
    closeTimeout = 5_000,
    exit = (code) => process.exit(code),
    name = 'drain',
    onEvent,
    clock = systemClock,
  }: DrainOptions = checkOptions('options', given)
  return {
    signals: checkSignals(signals),
    delay: checkNumber('delay', delay, 'a number of milliseconds from 0 up', {}),
    timeout: checkDuration('timeout', timeout),
    closeTimeout: checkDuration('closeTimeout', closeTimeout),
    exit: guarded(`exit of '${checkText('name', name)}'`, checkFunction('exit', exit)),
    name: checkText('name', name),
    onEvent,
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

/** No process can listen to these. */
const UNHEARD: readonly string[] = ['SIGKILL', 'SIGSTOP']

function checkSignals(value: readonly NodeJS.Signals[]): readonly NodeJS.Signals[] {
  if (!Array.isArray(value)) return wrongType('signals', 'an array of names of signals', value)
  for (const signal of value) {
    if (typeof signal !== 'string') wrongType('signals', 'an array of names of signals', value)
    if (!Object.hasOwn(constants.signals, signal) || UNHEARD.includes(signal)) {
      wrongValue('signals', 'an array of names of signals that a process can listen to', value)
    }
  }
  return [...new Set(value)]
}
