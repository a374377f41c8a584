import {
  checkCount,
  DeadlineQueue,
  definePolicy,
  keyedState,
  type Policy,
  policyEvents,
  type Run,
  wrongValue,
} from '@holdfast/core'
import { Compartment, type Shared } from './compartment.ts'
import type { BulkheadEvent } from './events.ts'
import { type MapFunction, type MapOptions, type MapSource, mapped } from './map.ts'
import {
  type BulkheadOptions,
  type BulkheadUpdateOptions,
  changedSettings,
  checkKey,
  checkWeight,
  resolveOptions,
  type Settings,
} from './options.ts'

/** How full a bulkhead is. */
export interface BulkheadSnapshot {
  /** How much may run at once, now. */
  readonly limit: number
  /** How much of that is taken: by calls that run or whose work has not settled, and by `tryAcquire`. */
  readonly running: number
  /** How many calls wait. */
  readonly queued: number
}

/** A policy that lets so many calls run at once; the others wait or are refused. */
export interface BulkheadPolicy extends Policy {
  /** How full it is; with `key`, the bulkhead of that key. */
  snapshot(key?: string): BulkheadSnapshot
  /**
   * Takes a permit without a call, if there is one and nobody waits for it: a gate for synchronous code. Whoever got `true`
   * says `release` with the same weight and key, once.
   */
  tryAcquire(weight?: number, key?: string): boolean
  /** Gives back what `tryAcquire` took. */
  release(weight?: number, key?: string): void
  /** Changes options. Calls that run and wait stay; a higher limit lets in at once who waits, a lower one interrupts nobody. */
  update(changes: BulkheadUpdateOptions): void
  /**
   * A worker pool over `items`: runs `fn(item, call, index)` for each in this bulkhead, waiting for permits in its queue
   * (without bound, and for as long as it takes), and yields the results.
   *
   * The first failure, an abort and a consumer who breaks off stop the rest: calls are aborted, the source is told to return,
   * and the iteration ends when nothing runs any more.
   */
  map<T, R>(items: MapSource<T>, fn: MapFunction<T, R>, options?: MapOptions<T>): AsyncGenerator<R, void, undefined>
}

/**
 * Lets so many calls run at once, and those beyond wait in a bounded queue or fail with a `BulkheadFullError`. A permit is
 * taken until the call was answered and all that was started in it has settled.
 */
export function bulkhead(options: BulkheadOptions): BulkheadPolicy {
  const { settings: initial, weight, key, maxKeys, name, onEvent, clock } = resolveOptions(options)
  const events = policyEvents<BulkheadEvent>('bulkhead', name, onEvent)
  let settings = initial
  let deadlines = deadlinesOf(settings)
  const shared: Shared = {
    name,
    clock,
    events,
    get settings() {
      return settings
    },
    get deadlines() {
      return deadlines
    },
  }
  /** For the calls without a key. */
  const common = new Compartment(shared, undefined)
  let overflow: Compartment | undefined
  const keyed = keyedState<Compartment>({
    maxKeys,
    create(key) {
      const compartment = new Compartment(shared, key)
      if (key === undefined) overflow = compartment
      return compartment
    },
    inUse: ({ running, queued }) => running > 0 || queued > 0,
    onOverflow(key) {
      if (events.heard) events.emit({ type: 'bulkhead.overflowed', policy: name, key, maxKeys })
    },
  })

  function deadlinesOf({ maxQueueTime }: Settings): DeadlineQueue | undefined {
    return maxQueueTime === Infinity ? undefined : new DeadlineQueue(clock, maxQueueTime)
  }

  function compartmentAt(key: string | undefined): Compartment {
    return key === undefined ? common : keyed.at(key)
  }

  function knownAt(key: string | undefined): Compartment | undefined {
    return key === undefined ? common : keyed.peek(key)
  }

  function layer(inner: Run, patient: boolean): Run {
    return (call, operation, sink) => {
      let compartment: Compartment
      let taken = 1
      try {
        compartment = compartmentAt(checkKey(key(call)))
        if (weight !== undefined) taken = checkWeight(weight(call))
      } catch (error) {
        return sink.fail(error)
      }
      compartment.receive(inner, call, operation, sink, taken, patient)
    }
  }

  const policy = definePolicy({
    kind: 'bulkhead',
    name,
    clock,
    layer: (inner) => layer(inner, false),
    options: () => ({ ...settings, weight, key, maxKeys, onEvent }),
  })
  /** For `map`, which keeps itself within bounds. */
  const patient = definePolicy({ kind: 'bulkhead', name, clock, layer: (inner) => layer(inner, true) })

  return {
    ...policy,
    snapshot(key) {
      const { limit, running, queued } = knownAt(key) ?? new Compartment(shared, key)
      return { limit, running, queued }
    },
    tryAcquire(weight = 1, key) {
      if (weight !== 1) checkCount('weight', weight)
      return compartmentAt(key).tryAcquire(weight)
    },
    release(weight = 1, key) {
      if (weight !== 1) checkCount('weight', weight)
      // What was taken while all keys were in use was taken from the overflow, whoever has a place by now.
      if (knownAt(key)?.release(weight) || overflow?.release(weight)) return
      wrongValue('weight', 'no more than tryAcquire() took and release() did not give back', weight)
    },
    update(changes) {
      const before = settings
      settings = changedSettings(before, changes)
      if (settings.maxQueueTime !== before.maxQueueTime) deadlines = deadlinesOf(settings)
      const limited = settings.maxConcurrent !== before.maxConcurrent
      common.adopt(limited)
      overflow?.adopt(limited)
      for (const [, compartment] of keyed.entries()) compartment.adopt(limited)
    },
    map: (items, fn, mapOptions = {}) =>
      mapped(
        {
          execute: patient.execute,
          get limit() {
            return common.limit
          },
        },
        items,
        fn,
        mapOptions,
      ),
  }
}
