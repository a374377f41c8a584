import { subscribe } from 'node:diagnostics_channel'
import type { PolicyReport } from './reports.ts'

const states: Readonly<Record<string, PolicyReport['state']>> = {
  'circuit.opened': 'open',
  'circuit.half-opened': 'half-open',
  'circuit.closed': 'closed',
  'circuit.isolated': 'isolated',
}

interface CircuitEvent {
  readonly type: string
  readonly policy: string
  readonly key?: string | undefined
  readonly state?: PolicyReport['state']
}

/** Listens to the circuit breakers of this process, whoever made them. */
export function watchBreakers(hear: (policy: string, state: PolicyReport['state']) => void): void {
  subscribe('holdfast:circuit-breaker', (message) => {
    const { type, policy, key, state } = message as CircuitEvent
    const now = type === 'circuit.released' ? state : states[type]
    if (now !== undefined) hear(key === undefined ? policy : `${policy} ${key}`, now)
  })
}
