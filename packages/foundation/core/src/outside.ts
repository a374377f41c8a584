import { AsyncResource } from 'node:async_hooks'

const scope = new AsyncResource('holdfast', { requireManualDestroy: true })

/**
 * Runs `fn` in no caller's async context. What many calls share (a timer) is set up here, so that it neither shows one
 * caller's AsyncLocalStorage to another nor keeps it from being collected.
 */
export function outside<T>(fn: () => T): T {
  return scope.runInAsyncScope(fn)
}
