import { checkFunction, checkOneOf, checkText, wrongValue } from '@holdfast/core'
import { type Check, type HealthOptions, resolveHealthOptions, type StateFunction } from './health-options.ts'
import type { CheckReport, HealthReport } from './health-report.ts'
import { SharedCheck, textOf } from './shared-check.ts'

/** How a process is doing, for whoever restarts it or sends it requests. */
export interface Health {
  /** Whether it is to be left running; draining changes nothing in that. */
  live(): Promise<HealthReport>
  /** Whether it is to be sent requests. While it drains it is not, and no check runs. */
  ready(): Promise<HealthReport>
  /** One more check, until it is disposed of. */
  addCheck(kind: 'liveness' | 'readiness', name: string, check: Check): Disposable
  /** One more thing that reports tell, until it is disposed of. */
  addState(name: string, state: StateFunction): Disposable
}

/** Checks that a storm of probes runs once, and what else is worth knowing of a process. */
export function health(options: HealthOptions = {}): Health {
  const { liveness, readiness, states: given, timeout, maxAge, drain, clock } = resolveHealthOptions(options)
  const checks = { liveness: new Map<string, SharedCheck>(), readiness: new Map<string, SharedCheck>() }
  const states = new Map(Object.entries(given))
  for (const [name, check] of Object.entries(liveness)) addCheck('liveness', name, check)
  for (const [name, check] of Object.entries(readiness)) addCheck('readiness', name, check)

  function addCheck(kind: 'liveness' | 'readiness', name: string, check: Check): Disposable {
    checkOneOf('kind', kind, ['liveness', 'readiness'])
    checkText('name', name)
    checkFunction('check', check)
    return added(checks[kind], name, new SharedCheck({ name, check, timeout, maxAge, clock }))
  }

  async function report(kind: ReadonlyMap<string, SharedCheck>, draining: boolean): Promise<HealthReport> {
    const reports = await Promise.all([...kind].map(async ([name, check]) => [name, await check.report()] as const))
    return {
      ok: reports.every(([, { ok }]) => ok),
      draining,
      checks: Object.fromEntries<CheckReport>(reports),
      states: Object.fromEntries([...states].map(([name, state]) => [name, told(state)])),
    }
  }

  const isDraining = (): boolean => drain?.draining ?? false

  return {
    live: () => report(checks.liveness, isDraining()),
    async ready() {
      // A drain may begin while checks run.
      const { ok, ...rest } = await report(isDraining() ? new Map() : checks.readiness, isDraining())
      const draining = isDraining()
      return { ...rest, ok: ok && !draining, draining }
    },
    addCheck,
    addState(name, state) {
      checkText('name', name)
      return added(states, name, checkFunction('state', state))
    },
  }
}

function added<V>(to: Map<string, V>, name: string, value: V): Disposable {
  if (to.has(name)) wrongValue('name', 'one that is not taken yet', name)
  to.set(name, value)
  return {
    [Symbol.dispose]() {
      if (to.get(name) === value) to.delete(name)
    },
  }
}

/** A state that cannot be told is no reason to tell nothing. */
function told(state: StateFunction): unknown {
  try {
    const shown: unknown = state()
    return isThenable(shown) ? unheeded(shown) : shown
  } catch (error) {
    return { error: textOf(error) }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** A probe waits for checks, which have a time limit, and for nothing else. */
function unheeded(promise: PromiseLike<unknown>): object {
  Promise.resolve(promise).catch(() => {})
  return { error: 'a state must be told at once, got a promise; make it a check to have it waited for' }
}
