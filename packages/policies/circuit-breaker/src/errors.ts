import { RefusedError } from '@holdfast/core'
import type { RefusingState } from './events.ts'

export interface CircuitRefusal {
  readonly policy: string
  readonly key: string | undefined
  readonly state: RefusingState
  /** What opened the breaker, in words. */
  readonly figure: string | undefined
  /** Milliseconds to the next probe; `undefined` where nobody can say. */
  readonly retryAfter: number | undefined
}

/** A circuit breaker did not let the call through; the operation was never called. */
export class CircuitOpenError extends RefusedError {
  readonly code: 'ERR_CIRCUIT_OPEN' = 'ERR_CIRCUIT_OPEN'
  readonly state: RefusingState
  /** That of the call, as the policy's `key` function told it. */
  readonly key: string | undefined

  constructor(refusal: CircuitRefusal) {
    const { policy, key, state, retryAfter } = refusal
    super(sentence(refusal), { policy, retryAfter })
    this.state = state
    this.key = key
  }

  override get name(): string {
    return 'CircuitOpenError'
  }
}

function sentence({ policy, key, state, figure, retryAfter }: CircuitRefusal): string {
  const parts = [key === undefined ? `${policy}: ${state}` : `${policy} '${key}': ${state}`]
  if (figure !== undefined) parts.push(`, ${figure}`)
  if (retryAfter !== undefined && retryAfter < Infinity) {
    parts.push(`; next probe ${state === 'half-open' ? 'within' : 'in'} ${Math.ceil(retryAfter)} ms`)
  }
  return parts.join('')
}
