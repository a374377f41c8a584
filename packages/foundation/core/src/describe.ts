import { type Describable, describing, type PolicyDescription } from './description.ts'
import type { Policy } from './policy.ts'

function isDescribable(value: unknown): value is Describable {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && describing in value
}

/** What `policy` is made of, as plain data for tests, docs and dashboards: it survives `JSON.stringify`. */
export function describe(policy: Policy<unknown>): PolicyDescription {
  return isDescribable(policy) ? described(policy) : { name: policy.name, policy: 'custom', options: {} }
}

function described(value: Describable): PolicyDescription {
  const { options, ...rest } = value[describing]()
  return { ...rest, options: plain(options) }
}

function plain(options: object): object {
  return Object.fromEntries(
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, plainValue(value)]),
  )
}

function plainValue(value: unknown): unknown {
  if (isDescribable(value)) return described(value)
  if (typeof value === 'function') return value.name || 'anonymous'
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value === 'object' && value !== null) return plain(value)
  return value === Infinity ? 'Infinity' : value
}
