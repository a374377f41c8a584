/** An operation that never settles and hears nothing. */
export function hang(): Promise<never> {
  return new Promise(() => {})
}

/** An operation that ends only when its caller gives up, with the reason. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

/** What a dependency that is down says. */
export class Down extends Error {
  /** When to come back, in ms. */
  readonly retryAfter: number

  constructor(retryAfter = 0) {
    super('down')
    this.name = 'Down'
    this.retryAfter = retryAfter
  }
}

/** An operation that fails, as all do. */
export function fail(): Promise<never> {
  return Promise.reject(new Down())
}

/** When `error` says to come back, in ms. */
export function retryAfterOf(error: unknown): number {
  return error instanceof Down ? error.retryAfter : 0
}
