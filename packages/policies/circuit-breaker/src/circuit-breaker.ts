import { checkOptions, definePolicy, nodeOf, type Policy, policyEvents, type Run } from '@holdfast/core'
import { Circuit } from './circuit.ts'
import { Circuits } from './circuits.ts'
import { CircuitOpenError } from './errors.ts'
import type { CircuitEvent, CircuitState } from './events.ts'
import { CountedRun, ProbeRun } from './guarded-run.ts'
import {
  type CircuitBreakerOptions,
  type CircuitBreakerUpdateOptions,
  checkKey,
  resolveConduct,
  resolveOptions,
} from './options.ts'
import { planOf } from './plan.ts'
import type { CircuitSnapshot } from './snapshot.ts'
import { sameSize } from './window.ts'

/** A policy that refuses calls while what they call keeps failing. */
export interface CircuitBreakerPolicy extends Policy {
  /** The state of the breaker for `key`, or of the one for calls without a key. */
  state(key?: string): CircuitState
  /** Its state, counts and times as plain data. */
  snapshot(key?: string): CircuitSnapshot
  /** Refuses every call until what is returned was disposed of. Two isolations need two releases. */
  isolate(key?: string): Disposable
  /** Lets every call through again, with fresh counters. An isolation stays in force. */
  close(key?: string): void
  /** Changes options; those not named stay, and so does every state. A window of another kind counts afresh. */
  update(options: CircuitBreakerUpdateOptions): void
}

/**
 * Stops calling what keeps failing: it opens when any rule is met, refuses calls at once with a `CircuitOpenError`, and after a
 * time that grows lets single probes find out whether the dependency is back.
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreakerPolicy {
  const { key: keyOf, maxKeys, name, onEvent, clock, random } = resolveOptions(options)
  const events = policyEvents<CircuitEvent>('circuit-breaker', name, onEvent)
  let conduct = resolveConduct(options)
  let stated: CircuitBreakerUpdateOptions = { ...conduct, minCalls: options.minCalls }
  const owner = { name, clock, events, plan: planOf(conduct, random) }
  const circuits = new Circuits(owner, maxKeys)

  function layer(inner: Run): Run {
    return (call, operation, sink) => {
      const node = nodeOf(call)
      if (node.aborted) return sink.fail(node.reason)
      let circuit: Circuit
      try {
        circuit = circuits.at(checkKey('what key returns', keyOf(call)))
      } catch (error) {
        return sink.fail(error)
      }
      const startedAt = owner.plan.slowAfter === Infinity ? undefined : node.nowOn(clock)
      const { passing } = circuit
      if (passing !== undefined) {
        return inner(call, operation, new CountedRun(node, sink, circuit, startedAt, passing))
      }
      const now = node.nowOn(clock)
      const lease = circuit.admit(now)
      if (lease !== undefined) return inner(call, operation, new ProbeRun(node, sink, circuit, startedAt, lease))
      const refusal = circuit.refusal(now)
      const observed = conduct.mode === 'observe'
      if (events.heard) {
        const { policy, key, state, retryAfter } = refusal
        events.emit({ type: 'circuit.refused', policy, key, state, retryAfter, observed })
      }
      if (observed) inner(call, operation, sink)
      else sink.fail(new CircuitOpenError(refusal))
    }
  }

  const known = (key: unknown) => circuits.peek(checkKey('key', key))

  return {
    ...definePolicy({
      kind: 'circuit-breaker',
      name,
      clock,
      layer,
      neverThrows: true,
      options: () => ({ ...conduct, key: keyOf, maxKeys }),
    }),
    state: (key) => known(key)?.stateNow() ?? 'closed',
    snapshot: (key) => (known(key) ?? new Circuit(owner, key)).snapshot(),
    isolate: (key) => circuits.isolate(checkKey('key', key)),
    close: (key) => known(key)?.close(),
    update(changed) {
      const merged = { ...stated, ...checkOptions('options', changed) }
      const before = conduct
      conduct = resolveConduct(merged)
      stated = { ...conduct, minCalls: merged.minCalls }
      owner.plan = planOf(conduct, random)
      if (!sameSize(before.window, conduct.window)) for (const circuit of circuits.all()) circuit.resize()
    },
  }
}
