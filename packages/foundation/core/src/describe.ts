import { type Describable, describing, type PolicyDescription } from './description.ts'
import { wrongType } from './option-checks.ts'
import type { Policy } from './policy.ts'

function isDescribable(value: unknown): value is Describable {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && describing in value
}

/** What `policy` is made of, as plain data for tests, docs and dashboards: it survives `JSON.stringify`. */
export function describe(policy: Policy<unknown>): PolicyDescription {
  if (isDescribable(policy)) return described(policy, [])
  if (typeof policy?.layer !== 'function') return wrongType('policy', 'a policy', policy)
  return { name: policy.name, policy: 'custom', options: {} }
}

function described(value: Describable, around: readonly object[]): PolicyDescription {
  const { options, ...rest } = value[describing]()
  return { ...rest, options: plain(options, around) }
}

function plain(options: object, around: readonly object[]): object {
  return Object.fromEntries(
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, plainValue(value, [...around, options])]),
  )
}

/** `around` are the objects that `value` was found in. */
function plainValue(value: unknown, around: readonly object[]): unknown {
  if (isDescribable(value)) return described(value, around)
  if (typeof value === 'function') return value.name || 'anonymous'
  if (typeof value === 'object' && value !== null) {
    if (around.includes(value)) return 'circular'
    return Array.isArray(value) ? value.map((one) => plainValue(one, [...around, value])) : plain(value, around)
  }
  return plainPrimitive(value)
}

/** JSON has no undefined, no big and no infinite numbers. */
function plainPrimitive(value: unknown): unknown {
  if (value === undefined) return null
  const known =
    typeof value === 'number' ? Number.isFinite(value) : typeof value !== 'bigint' && typeof value !== 'symbol'
  return known ? value : String(value)
}
