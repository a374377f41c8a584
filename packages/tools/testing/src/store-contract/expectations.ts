import assert from 'node:assert/strict'
import type { Decision } from '@holdfast/rate-limit'

export function isAllowed(decision: Decision, what: string): void {
  assert.equal(decision.allowed, true, `${what} is allowed`)
  assert.equal(decision.retryAfter, 0, `retryAfter is 0 where ${what} is allowed`)
  assert.deepEqual([...decision.violated], [], `no limit refused ${what}`)
}

export function isRefused(decision: Decision, violated: readonly string[], what: string): void {
  assert.equal(decision.allowed, false, `${what} is refused`)
  assert.deepEqual([...decision.violated], [...violated], `the limits that refused ${what} are named`)
  assert.ok(decision.retryAfter > 0, `retryAfter is above 0 where ${what} is refused, got ${decision.retryAfter}`)
}

/** A time that was `expected` when it was asked for, give or take the rounding of microseconds. */
export function isTime(time: number, expected: number, tolerance: number, what: string): void {
  const fits = time <= expected + 0.002 && time >= expected - tolerance - 0.002
  assert.ok(fits, `${what} is ${expected} ms, and up to ${tolerance} ms less; got ${time}`)
}

export function isFigure(figure: number, expected: number, what: string): void {
  assert.equal(figure, expected, what)
}
