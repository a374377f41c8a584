/** What a promise has come to by now. */
export interface Watched<T> {
  state: 'pending' | 'fulfilled' | 'rejected'
  value: T | undefined
  error: unknown
}

/** Looks at `promise` without waiting for it; a rejection counts as handled. */
export function watched<T>(promise: Promise<T>): Watched<T> {
  const seen: Watched<T> = { state: 'pending', value: undefined, error: undefined }
  promise.then(
    (value) => Object.assign(seen, { state: 'fulfilled', value }),
    (error: unknown) => Object.assign(seen, { state: 'rejected', error }),
  )
  return seen
}

/** The error of a promise that has to fail. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** What `fn` throws; it has to. */
export function thrownBy(fn: () => unknown): unknown {
  try {
    fn()
  } catch (error) {
    return error
  }
  throw new Error('it did not throw')
}
