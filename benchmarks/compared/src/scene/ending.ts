import { performance } from 'node:perf_hooks'

/** How a call ended, or that it did not while somebody was watching. */
export interface Ending {
  readonly how: 'value' | 'error' | 'pending'
  /** The value or the error. */
  readonly what: unknown
  /** How long it took, in ms. */
  readonly after: number
}

/** Starts a call and waits for its end, but for no longer than `patience` ms. */
export function ending(start: () => PromiseLike<unknown>, patience: number): Promise<Ending> {
  const startedAt = performance.now()
  const after = () => Math.round(performance.now() - startedAt)
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ how: 'pending', what: undefined, after: after() }), patience)
    const end = (how: 'value' | 'error', what: unknown): void => {
      clearTimeout(timer)
      resolve({ how, what, after: after() })
    }
    start().then(
      (value) => end('value', value),
      (error: unknown) => end('error', error),
    )
  })
}

/** An error or whatever else was thrown, in a few words. */
export function inWords(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
}
