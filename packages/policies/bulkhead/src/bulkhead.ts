import {
  checkCount,
  DeadlineQueue,
  definePolicy,
  type Observable,
  observable,
  observing,
  type Policy,
  policyEvents,
  type Run,
  wrongValue,
} from '@holdfast/core'
import type { Compartment } from './compartment.ts'
import { Compartments } from './compartments.ts'
import type { BulkheadEvent } from './events.ts'
import { limitingOf } from './limiting.ts'
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

import type { Room, Shared } from './room.ts'

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
export interface BulkheadPolicy extends Policy, Observable {
  /** How full it is; with `key`, the bulkhead that decides for that key, be it the one that all newcomers share. */
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
  const compartments = new Compartments(shared, maxKeys)

  function deadlinesOf({ maxQueueTime }: Settings): DeadlineQueue | undefined {
    return maxQueueTime === Infinity ? undefined : new DeadlineQueue(clock, maxQueueTime)
  }

  function layer(inner: Run, patient: boolean): Run {
    return (call, operation, sink) => {
      let compartment: Compartment
      let taken = 1
      try {
        // Nothing of the user's runs between the choice of the compartment and the call's entry.
        if (weight !== undefined) taken = checkWeight(weight(call))
        compartment = compartments.at(checkKey('what the key function returns', key(call)))
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
    neverThrows: true,
    options: () => ({ ...settings, weight, key, maxKeys, onEvent }),
  })
  /** For `map`, which keeps itself within bounds. */
  const patient = definePolicy({
    kind: 'bulkhead',
    name,
    clock,
    layer: (inner) => layer(inner, true),
    neverThrows: true,
  })

  return observable({
    ...policy,
    snapshot(key) {
      const room = compartments.roomFor(checkKey('key', key))
      return room === undefined
        ? { limit: limitingOf(settings.maxConcurrent).limit, running: 0, queued: 0 }
        : snapshotOf(room)
    },
    tryAcquire(weight = 1, key) {
      if (weight !== 1) checkCount('weight', weight)
      return compartments.at(checkKey('key', key)).tryAcquire(weight)
    },
    release(weight = 1, key) {
      if (weight !== 1) checkCount('weight', weight)
      if (compartments.peek(checkKey('key', key))?.release(weight)) return
      wrongValue('weight', 'no more than tryAcquire() took and release() did not give back', weight)
    },
    update(changes) {
      const before = settings
      const changed = changedSettings(before, changes)
      const rooms = compartments.rooms()
      const isLimited = changed.maxConcurrent !== before.maxConcurrent
      // An algorithm of the user's may throw when it begins: then nothing has changed.
      const limitings = isLimited ? rooms.map(() => limitingOf(changed.maxConcurrent)) : []
      settings = changed
      if (changed.maxQueueTime !== before.maxQueueTime) deadlines = deadlinesOf(changed)
      for (const [index, room] of rooms.entries()) room.adopt(limitings[index])
    },
    map: (items, fn, mapOptions = {}) =>
      mapped(
        {
          execute: patient.execute,
          get limit() {
            return compartments.common.room.limit
          },
        },
        items,
        fn,
        mapOptions,
      ),
    [observing](tell) {
      for (const [key, room] of compartments.kept()) {
        tell({ kind: 'bulkhead', policy: name, key, state: snapshotOf(room) })
      }
    },
  })
}

function snapshotOf({ limit, running, queued }: Room): BulkheadSnapshot {
  return { limit, running, queued }
}
