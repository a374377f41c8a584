import { AsyncResource } from 'node:async_hooks'
import {
  type Call,
  type CallOptions,
  checkCount,
  checkFunction,
  checkOptions,
  type Operation,
  wrongType,
} from '@holdfast/core'
import { beginningOf, Pool, type PoolWork } from './pool.ts'

/** What {@link BulkheadPolicy.map} takes for items: what `for await` does. */
export type MapSource<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>

/** What is done with each item of {@link BulkheadPolicy.map}. */
export type MapFunction<T, R> = (item: T, call: Call, index: number) => R | PromiseLike<R>

export interface MapOptions<T = unknown> {
  /** How many items may be ahead of the consumer: running, waiting for a permit, or done and not taken. The limit, if not given. */
  readonly concurrency?: number | undefined
  /**
   * Whether results come in the order of the items, or as they are ready.
   * @default true
   */
  readonly ordered?: boolean | undefined
  /** Stops everything: the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** The options of each item's call, told from the item: its key, priority, timeout, context. */
  readonly options?: ((item: T, index: number) => Omit<CallOptions, 'signal'> | undefined) | undefined
}

/** What a map needs of its bulkhead. */
export interface MapPlace {
  /** How many may run at once, as it is now. */
  readonly limit: number
  /** Runs an operation when there is room, however long that takes. */
  execute<R>(operation: Operation<R>, options: CallOptions): Promise<R>
}

/** Checks what `map` was given and returns the iteration, in which nothing happens before somebody asks for the first result. */
export function mapped<T, R>(
  place: MapPlace,
  items: MapSource<T>,
  fn: MapFunction<T, R>,
  given: MapOptions<T>,
): AsyncGenerator<R, void, undefined> {
  const { concurrency, ordered = true, signal, options: optionsOf }: MapOptions<T> = checkOptions('options', given)
  if (typeof beginningOf(items) !== 'function') wrongType('items', 'an iterable or an async iterable', items)
  checkFunction('fn', fn)
  if (concurrency !== undefined) checkCount('concurrency', concurrency)
  if (typeof ordered !== 'boolean') wrongType('ordered', 'true or false', ordered)
  if (signal !== undefined && !(signal instanceof AbortSignal)) wrongType('signal', 'an AbortSignal', signal)
  if (optionsOf !== undefined) checkFunction('options.options', optionsOf)
  return iterate({
    items,
    fn,
    concurrency: () => concurrency ?? place.limit,
    ordered,
    signal,
    optionsOf,
    execute: place.execute,
  })
}

function iterate<T, R>(work: PoolWork<T, R>): AsyncGenerator<R, void, undefined> {
  // Items run in the context of whoever asked for the map, whoever takes the results.
  const scope = new AsyncResource('holdfast.map', { requireManualDestroy: true })
  let pool: Pool<T, R> | undefined
  const results = (async function* () {
    if (work.signal?.aborted) throw work.signal.reason
    const begun = new Pool(work)
    pool = begun
    scope.runInAsyncScope(() => void begun.feed())
    try {
      for (let next = await begun.next(); next !== undefined; next = await begun.next()) yield next.value
    } finally {
      await begun.close()
    }
  })()
  // A generator hears of its end after all that it was asked for before: a next() that waits would keep everything running.
  const { return: end, throw: fail } = results
  return Object.assign(results, {
    return(value?: void | PromiseLike<void>) {
      pool?.end()
      return end.call(results, value)
    },
    throw(error: unknown) {
      pool?.end()
      return fail.call(results, error)
    },
  })
}
