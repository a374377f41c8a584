import {
  checkOptions,
  definePolicy,
  nodeOf,
  type Observable,
  observable,
  observing,
  type Policy,
  policyEvents,
  type Run,
} from '@holdfast/core'
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
export interface CircuitBreakerPolicy extends Policy, Observable {
  /** The state of the breaker that decides for `key`, or of the one for calls without a key. */
  state(key?: string): CircuitState
  /** Its state, counts and times as plain data. */
  snapshot(key?: string): CircuitSnapshot
  /** Refuses every call until what is returned was disposed of. Two isolations need two releases. */
  isolate(key?: string): Disposable
  /**
   * Lets every call through again, with fresh counters; where `key` has found no room for a breaker of its own, those of all
   * such keys. An isolation stays in force.
   */
  close(key?: string): void
  /** Changes options; what is left out or undefined stays, and so does every state. A window of another kind counts afresh. */
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
      let key: string | undefined
      let circuit: Circuit
      try {
        key = checkKey('what key returns', keyOf(call))
        circuit = circuits.at(key)
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
      const refusal = circuit.refusal(now, key)
      const observed = conduct.mode === 'observe'
      if (events.heard) {
        const { state, retryAfter } = refusal
        events.emit({ type: 'circuit.refused', policy: name, key, state, retryAfter, observed })
      }
      if (observed) inner(call, operation, sink)
      else sink.fail(new CircuitOpenError(refusal))
    }
  }

  const deciding = (key: unknown) => circuits.deciding(checkKey('key', key))

  return observable({
    ...definePolicy({
      kind: 'circuit-breaker',
      name,
      clock,
      layer,
      neverThrows: true,
      options: () => ({ ...conduct, key: keyOf, maxKeys }),
    }),
    state: (key) => deciding(key)?.stateNow() ?? 'closed',
    snapshot: (key) => (deciding(key) ?? new Circuit(owner, key)).snapshot(),
    isolate: (key) => circuits.isolate(checkKey('key', key)),
    close: (key) => circuits.close(checkKey('key', key)),
    update(changed) {
      const named = Object.entries(checkOptions('options', changed)).filter(([, value]) => value !== undefined)
      const merged: CircuitBreakerUpdateOptions = { ...stated, ...Object.fromEntries(named) }
      const before = conduct
      conduct = resolveConduct(merged)
      stated = { ...conduct, minCalls: merged.minCalls }
      owner.plan = planOf(conduct, random)
      if (!sameSize(before.window, conduct.window)) for (const circuit of circuits.all()) circuit.resize()
    },
    [observing](tell) {
      for (const circuit of circuits.all()) {
        tell({ kind: 'circuit-breaker', policy: name, key: circuit.key, state: circuit.snapshot() })
      }
    },
  })
}
