import type { Call } from '@holdfast/core'

/** One attempt of a script: an error that is thrown, or something to return. */
export type Line = { readonly throws: unknown } | { readonly returns: unknown }

/** An operation that does what its script says, attempt by attempt; the last line is for all that come after it, too. */
export interface Script {
  (call: Call): Promise<unknown>
  /** How often it was called. */
  readonly calls: number
  /** The clock's time at each call. */
  readonly times: readonly number[]
  /** The number that each call had as an attempt. */
  readonly attempts: readonly number[]
}

export const fails = (error: unknown): Line => ({ throws: error })
export const gives = (value: unknown): Line => ({ returns: value })

export function script(clock: { now(): number }, ...lines: readonly Line[]): Script {
  const times: number[] = []
  const attempts: number[] = []
  async function run(call: Call): Promise<unknown> {
    const line = lines[Math.min(times.length, lines.length - 1)]
    times.push(clock.now())
    attempts.push(call.attempt)
    if (line === undefined) return undefined
    if ('throws' in line) throw line.throws
    return line.returns
  }
  return Object.defineProperties(run, {
    calls: { get: () => times.length },
    times: { value: times },
    attempts: { value: attempts },
  }) as Script
}
