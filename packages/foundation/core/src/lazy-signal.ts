import { AsyncResource } from 'node:async_hooks'

/**
 * The signal of a call whose operation asked for one. Its listeners run in the async context in which it was first read,
 * not in that of the timer or the caller that happens to abort it.
 */
export class LazySignal {
  private readonly controller = new AbortController()
  private readonly scope = new AsyncResource('holdfast.signal', { requireManualDestroy: true })

  get signal(): AbortSignal {
    return this.controller.signal
  }

  abort(reason: unknown): void {
    this.scope.runInAsyncScope(() => this.controller.abort(reason))
  }
}
