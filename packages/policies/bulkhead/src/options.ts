import { type Codel, codel, type LimitAlgorithm, type QueueOrder } from '@holdfast/admission'
import {
  type Call,
  type Clock,
  checkCount,
  checkFunction,
  checkLimit,
  checkMaxKeys,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type EventListener,
  systemClock,
  wrongType,
} from '@holdfast/core'
import type { BulkheadEvent } from './events.ts'

/** `'observe'` decides, counts and tells, and lets everything through. */
export type BulkheadMode = 'enforce' | 'observe'

export interface BulkheadOptions {
  /** How many may run at once: an integer from 1 up, or an algorithm of `@holdfast/admission` that finds it. */
  readonly maxConcurrent: number | LimitAlgorithm
  /**
   * How many may wait for a permit: an integer from 0 up, or `Infinity`.
   * @default 0
   */
  readonly maxQueued?: number | undefined
  /**
   * Who is served first among calls of equal priority.
   * @default 'fifo'
   */
  readonly queue?: QueueOrder | undefined
  /** How long a call may wait, in ms above 0; then it fails with an OverloadError. `Infinity`, as without it, is no limit. */
  readonly maxQueueTime?: number | undefined
  /** How much room a call takes: an integer from 1 up. Without it every call takes 1. */
  readonly weight?: ((call: Call) => number) | undefined
  /**
   * What is called: each key has a bulkhead of its own, and calls whose key is `undefined` share one.
   * @default (call) => call.key
   */
  readonly key?: ((call: Call) => string | undefined) | undefined
  /**
   * How many keys are remembered; those with calls inside are never forgotten.
   * @default 1_000
   */
  readonly maxKeys?: number | undefined
  /**
   * Whether calls are held back, or only counted as if they were.
   * @default 'enforce'
   */
  readonly mode?: BulkheadMode | undefined
  /**
   * What the policy is called in errors and events.
   * @default 'bulkhead'
   */
  readonly name?: string | undefined
  /** Told of calls that wait and what becomes of them, of refusals and of changes of the limit. */
  readonly onEvent?: EventListener<BulkheadEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

/** What `update` can change; what is left out stays. */
export interface BulkheadUpdateOptions extends Pick<BulkheadOptions, 'maxQueued' | 'queue' | 'maxQueueTime' | 'mode'> {
  /** How many may run at once: an integer from 1 up, or an algorithm, which begins to learn anew. */
  readonly maxConcurrent?: number | LimitAlgorithm | undefined
}

/** The options that can change while calls run. */
export interface Settings {
  readonly maxConcurrent: number | LimitAlgorithm
  readonly maxQueued: number
  readonly queue: QueueOrder
  /** `Infinity` for no limit. */
  readonly maxQueueTime: number
  readonly mode: BulkheadMode
}

export interface ResolvedBulkheadOptions {
  readonly settings: Settings
  readonly weight: ((call: Call) => number) | undefined
  readonly key: (call: Call) => string | undefined
  readonly maxKeys: number
  readonly name: string
  readonly onEvent: EventListener<BulkheadEvent> | undefined
  readonly clock: Clock
}

export function resolveOptions(given: BulkheadOptions): ResolvedBulkheadOptions {
  const {
    maxConcurrent,
    maxQueued = 0,
    queue = 'fifo',
    maxQueueTime,
    weight,
    key = (call) => call.key,
    maxKeys = 1_000,
    mode = 'enforce',
    name = 'bulkhead',
    onEvent,
    clock = systemClock,
  }: BulkheadOptions = checkOptions('options', given)
  return {
    settings: {
      maxConcurrent: checkMaxConcurrent(maxConcurrent),
      maxQueued: checkMaxQueued(maxQueued),
      queue: checkQueue(queue),
      maxQueueTime: maxQueueTime === undefined ? Infinity : checkLimit('maxQueueTime', maxQueueTime),
      mode: checkMode(mode),
    },
    weight: weight === undefined ? undefined : checkFunction('weight', weight),
    key: checkFunction('key', key),
    maxKeys: checkMaxKeys(maxKeys),
    name: checkText('name', name),
    onEvent,
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

/** `settings` with `changes`. */
export function changedSettings(settings: Settings, changes: BulkheadUpdateOptions): Settings {
  const { maxConcurrent, maxQueued, queue, maxQueueTime, mode } = checkOptions('changes', changes)
  return {
    maxConcurrent: maxConcurrent === undefined ? settings.maxConcurrent : checkMaxConcurrent(maxConcurrent),
    maxQueued: maxQueued === undefined ? settings.maxQueued : checkMaxQueued(maxQueued),
    queue: queue === undefined ? settings.queue : checkQueue(queue),
    maxQueueTime: maxQueueTime === undefined ? settings.maxQueueTime : checkLimit('maxQueueTime', maxQueueTime),
    mode: mode === undefined ? settings.mode : checkMode(mode),
  }
}

function checkMaxConcurrent(value: number | LimitAlgorithm): number | LimitAlgorithm {
  if (typeof value !== 'object') return checkCount('maxConcurrent', value)
  checkMethods('maxConcurrent', value, ['start'])
  checkNumber("maxConcurrent's maxLimit", value.maxLimit, 'a number from 1 up', { min: 1, max: Infinity })
  return value
}

function checkMaxQueued(value: unknown): number {
  const rule = 'an integer from 0 up, or Infinity'
  return value === Infinity ? value : checkNumber('maxQueued', value, rule, { integer: true })
}

function checkQueue(value: QueueOrder): QueueOrder {
  if (typeof value === 'string') return checkOneOf('queue', value, ['fifo', 'lifo'])
  if (typeof value === 'object' && value?.name === 'codel') return codel(value satisfies Codel)
  return wrongType('queue', "'fifo', 'lifo' or what codel() returns", value)
}

function checkMode(value: unknown): BulkheadMode {
  return checkOneOf('mode', value, ['enforce', 'observe'])
}

/** The limit that an algorithm has found. */
export function checkFound(value: unknown): number {
  return checkCount("maxConcurrent's limit", value)
}

/** What a `weight` function said. */
export function checkWeight(value: unknown): number {
  return checkCount('what the weight function returns', value)
}

/** A key, or `undefined` for none. `name` says where it came from. */
export function checkKey(name: string, key: unknown): string | undefined {
  return key === undefined || typeof key === 'string' ? key : wrongType(name, 'a string or undefined', key)
}
