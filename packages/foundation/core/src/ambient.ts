import { AsyncLocalStorage } from 'node:async_hooks'
import type { Call } from './call.ts'
import { checkCall } from './call-node.ts'
import { checkFunction } from './option-checks.ts'

/** Where the store is kept: on the global object, so that every installed copy of this package sees the same ambient call. */
const ambient: unique symbol = Symbol.for('holdfast.ambient')
const shared = globalThis as { [ambient]?: AsyncLocalStorage<Call | undefined> }

const store = shared[ambient] ?? new AsyncLocalStorage<Call | undefined>()
shared[ambient] = store

/** The call around this code, where a server adapter or {@link runInCall} established one. */
export function currentCall(): Call | undefined {
  return store.getStore()
}

/**
 * Runs `fn` with `call` as the ambient call: each `execute` in it, and in what it starts, becomes part of that call. `null`
 * runs it with none. On Node 22 an active store makes every await of the process a little slower; from Node 24 on it is free.
 */
export function runInCall<R>(call: Call | null, fn: () => R): R {
  checkFunction('fn', fn)
  return store.run(call === null ? undefined : checkCall('call', call, 'a call, or null for none'), fn)
}
