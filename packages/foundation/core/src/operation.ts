import type { Call } from './call.ts'

/** What a pipeline runs; it may return a promise or a plain value, or throw. */
export type Operation<T> = (call: Call) => T | PromiseLike<T>

/** Where the answer goes: one of the two, once. */
export interface Sink<T> {
  ok(value: T): void
  fail(error: unknown): void
}

/** Runs an operation for a call and answers the sink, at once or later. */
export type Run = <T>(call: Call, operation: Operation<T>, sink: Sink<T>) => void
