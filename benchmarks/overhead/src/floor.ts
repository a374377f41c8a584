import { AsyncLocalStorage } from 'node:async_hooks'

const ambient = new AsyncLocalStorage<object>()

/** What the last call read: kept, so that no engine leaves the reads out. */
const seen: { store: object | undefined; now: number } = { store: undefined, now: 0 }

/**
 * The least that any library can do and still answer with a promise of its own: look for an ambient call, read the clock, make
 * a promise, subscribe to the operation's. One call through it is the unit of the lines.
 */
export function floor<T>(operation: () => Promise<T>): Promise<T> {
  seen.store = ambient.getStore()
  seen.now = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  operation().then(resolve, reject)
  return promise
}
