import { constant } from '@holdfast/backoff'
import { classify, type Policy, pipeline, type Verdict } from '@holdfast/core'
import { type ManualClock, manualClock } from '@holdfast/testing'
import { expect } from 'vitest'
import { type RetryOptions, type RetryPolicy, retry } from '../src/index.ts'
import { watched } from './watched.ts'

/** What operations fail with. */
export const boom: Error = new Error('boom')

/** How long a steady retry waits after each failed attempt, in ms. */
export const wait = 100

interface Steady<P> {
  readonly clock: ManualClock
  readonly policy: P
}

/** A retry with even waits, on a clock of its own. */
export function steady(options: RetryOptions = {}): Steady<RetryPolicy> {
  const clock = manualClock()
  return { clock, policy: retry({ backoff: constant(wait), clock, ...options }) }
}

/** A steady retry in a pipeline where every outcome gets this verdict. */
export function judged(verdict: Verdict, options?: RetryOptions): Steady<Policy> {
  const { clock, policy } = steady(options)
  return {
    clock,
    policy: pipeline(
      classify(() => verdict),
      policy,
    ),
  }
}

/** What a promise comes to when all waits are over: its value or its error. */
export async function settled(clock: ManualClock, promise: Promise<unknown>): Promise<unknown> {
  const seen = watched(promise)
  await clock.runAll()
  expect(seen.state).not.toBe('pending')
  return seen.state === 'fulfilled' ? seen.value : seen.error
}
