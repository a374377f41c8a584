import { type Codel, codel, type LimitAlgorithm, type QueueOrder } from '@holdfast/admission'
import {
  type Clock,
  checkCount,
  checkDuration,
  checkFunction,
  checkLimit,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type EventListener,
  type Random,
  systemClock,
  systemRandom,
  wrongType,
} from '@holdfast/core'
import type { ShedEvent } from './events.ts'

/** `'observe'` decides, counts and tells, and lets everything through. */
export type ShedMode = 'enforce' | 'observe'

export interface ShedOptions {
  /**
   * How many calls may run at once: an integer from 1 up, an algorithm of `@holdfast/admission` that finds it, or `Infinity`.
   * @default Infinity
   */
  readonly concurrency?: number | LimitAlgorithm | undefined
  /**
   * How late the event loop may be, in ms above 0, before calls are refused; critical ones at twice of that. `Infinity`: it
   * is not asked.
   * @default 100
   */
  readonly maxLoopDelay?: number | undefined
  /**
   * Who is served first among calls of equal priority that wait, and who waited for too long.
   * @default codel()
   */
  readonly queue?: QueueOrder | undefined
  /**
   * How many may wait: an integer from 0 up, or `Infinity`.
   * @default 1_000
   */
  readonly maxQueued?: number | undefined
  /**
   * How long a call may wait, in ms above 0; `Infinity` for no limit.
   * @default 1_000
   */
  readonly maxQueueTime?: number | undefined
  /**
   * What callers who are refused are told to wait, in ms above 0; each is told something between half and one and a half of it.
   * @default 2_000
   */
  readonly retryAfter?: number | undefined
  /**
   * Whether calls are refused, or only counted as if they were.
   * @default 'enforce'
   */
  readonly mode?: ShedMode | undefined
  /**
   * What the policy is called in errors and events.
   * @default 'shed'
   */
  readonly name?: string | undefined
  /** Told of calls that are refused or wait, of when shedding starts and stops, and of changes of the limit. */
  readonly onEvent?: EventListener<ShedEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * Where chance comes from: who is refused when a part of a priority is, and the jitter of `retryAfter`.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

/** What `update` can change; what is left out stays. A `concurrency` that is an algorithm begins to learn anew. */
export interface ShedUpdateOptions
  extends Pick<
    ShedOptions,
    'concurrency' | 'maxLoopDelay' | 'queue' | 'maxQueued' | 'maxQueueTime' | 'retryAfter' | 'mode'
  > {}

/** The options that can change while calls run. */
export interface Settings {
  readonly concurrency: number | LimitAlgorithm
  readonly maxLoopDelay: number
  readonly queue: QueueOrder
  readonly maxQueued: number
  readonly maxQueueTime: number
  readonly retryAfter: number
  readonly mode: ShedMode
}

export interface ResolvedShedOptions {
  readonly settings: Settings
  readonly name: string
  readonly onEvent: EventListener<ShedEvent> | undefined
  readonly clock: Clock
  readonly random: Random
}

export function resolveOptions(given: ShedOptions): ResolvedShedOptions {
  const {
    concurrency = Infinity,
    maxLoopDelay = 100,
    queue = codel(),
    maxQueued = 1_000,
    maxQueueTime = 1_000,
    retryAfter = 2_000,
    mode = 'enforce',
    name = 'shed',
    onEvent,
    clock = systemClock,
    random = systemRandom,
  }: ShedOptions = checkOptions('options', given)
  return {
    settings: checkSettings({ concurrency, maxLoopDelay, queue, maxQueued, maxQueueTime, retryAfter, mode }),
    name: checkText('name', name),
    onEvent,
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
    random: checkFunction('random', random),
  }
}

/** `settings` with `changes`. */
export function changedSettings(settings: Settings, changes: ShedUpdateOptions): Settings {
  const { concurrency, maxLoopDelay, queue, maxQueued, maxQueueTime, retryAfter, mode } = checkOptions(
    'changes',
    changes,
  )
  const checked = checkSettings({
    concurrency: concurrency === undefined ? settings.concurrency : concurrency,
    maxLoopDelay: maxLoopDelay === undefined ? settings.maxLoopDelay : maxLoopDelay,
    queue: queue === undefined ? settings.queue : queue,
    maxQueued: maxQueued === undefined ? settings.maxQueued : maxQueued,
    maxQueueTime: maxQueueTime === undefined ? settings.maxQueueTime : maxQueueTime,
    retryAfter: retryAfter === undefined ? settings.retryAfter : retryAfter,
    mode: mode === undefined ? settings.mode : mode,
  })
  // The same queue goes on with what it knows.
  return queue === undefined ? { ...checked, queue: settings.queue } : checked
}

function checkSettings(settings: Settings): Settings {
  return {
    concurrency: checkConcurrency(settings.concurrency),
    maxLoopDelay: checkLimit('maxLoopDelay', settings.maxLoopDelay),
    queue: checkQueue(settings.queue),
    maxQueued: checkBound('maxQueued', settings.maxQueued, 0),
    maxQueueTime: checkLimit('maxQueueTime', settings.maxQueueTime),
    retryAfter: checkDuration('retryAfter', settings.retryAfter),
    mode: checkOneOf('mode', settings.mode, ['enforce', 'observe']),
  }
}

function checkConcurrency(value: number | LimitAlgorithm): number | LimitAlgorithm {
  if (typeof value !== 'object') return checkBound('concurrency', value, 1)
  checkMethods('concurrency', value, ['start'])
  checkNumber("concurrency's maxLimit", value.maxLimit, 'a number from 1 up', { min: 1, max: Infinity })
  return value
}

function checkBound(name: string, value: unknown, min: number): number {
  const rule = `an integer from ${min} up, or Infinity`
  return value === Infinity ? value : checkNumber(name, value, rule, { min, integer: true })
}

function checkQueue(value: QueueOrder): QueueOrder {
  if (typeof value === 'string') return checkOneOf('queue', value, ['fifo', 'lifo'])
  if (typeof value === 'object' && value?.name === 'codel') {
    const { target, interval } = value satisfies Codel
    return codel({ target, interval })
  }
  return wrongType('queue', "'fifo', 'lifo' or what codel() returns", value)
}

/** The limit that an algorithm has found. */
export function checkFound(value: unknown): number {
  return checkCount("concurrency's limit", value)
}
