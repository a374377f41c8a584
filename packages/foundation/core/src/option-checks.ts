import { inspect, types } from 'node:util'

/** What came, short enough for one sentence. */
function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  const text = inspect(value, { depth: 0, breakLength: Infinity }).replaceAll(/\s*\n\s*/g, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function sentence(name: string, rule: string, value: unknown): string {
  // An async function where a plain one was asked for: nobody else hears its promise, and the mistake is told already.
  if (types.isPromise(value)) Promise.prototype.then.call(value, undefined, () => {})
  return `${name} must be ${rule}, got ${shown(value)}`
}

/** Throws a `TypeError` in the one form that all options share. */
export function wrongType(name: string, rule: string, value: unknown): never {
  throw new TypeError(sentence(name, rule, value))
}

/** Throws a `RangeError` in the one form that all options share. */
export function wrongValue(name: string, rule: string, value: unknown): never {
  throw new RangeError(sentence(name, rule, value))
}

export interface NumberRule {
  /** The least that is allowed. */
  readonly min?: number
  /** Whether `min` itself is refused. */
  readonly above?: boolean
  /** The most that is allowed; `Infinity` where no limit makes sense, too. */
  readonly max?: number
  readonly integer?: boolean
}

/** Returns `value` if it is a number within `rule`; `what` says the rule in words: `an integer from 1 up`. */
export function checkNumber(name: string, value: unknown, what: string, rule: NumberRule): number {
  if (typeof value !== 'number') return wrongType(name, what, value)
  const { min = 0, max = Number.MAX_VALUE, above = false, integer = false } = rule
  const fits = (above ? value > min : value >= min) && value <= max && (!integer || Number.isInteger(value))
  return fits ? value : wrongValue(name, what, value)
}

/** A time in ms that is more than nothing and has an end. */
export function checkDuration(name: string, value: unknown): number {
  return checkNumber(name, value, 'a number of milliseconds above 0', { above: true })
}

/** A time in ms that is more than nothing; `Infinity` says that there is no limit. */
export function checkLimit(name: string, value: unknown): number {
  return checkNumber(name, value, 'a number of milliseconds above 0, or Infinity', { above: true, max: Infinity })
}

/** A whole number from `min` up. */
export function checkCount(name: string, value: unknown, min = 1): number {
  return checkNumber(name, value, `an integer from ${min} up`, { min, integer: true, max: Number.MAX_SAFE_INTEGER })
}

export function checkFunction<F>(name: string, value: F): F {
  return typeof value === 'function' ? value : wrongType(name, 'a function', value)
}

export function checkText(name: string, value: unknown): string {
  if (typeof value !== 'string') return wrongType(name, 'a string with at least one character', value)
  return value === '' ? wrongValue(name, 'a string with at least one character', value) : value
}

export function checkOneOf<const T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  const rule = `one of ${allowed.map((one) => `'${one}'`).join(', ')}`
  if (typeof value !== 'string') return wrongType(name, rule, value)
  return allowed.find((one) => one === value) ?? wrongValue(name, rule, value)
}

/** An options bag: anything but a plain object is a mistake of the caller's. */
export function checkOptions<T extends object>(name: string, value: T): T {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : wrongType(name, 'an object', value)
}

/** Something with the methods named, such as a clock. */
export function checkMethods<T>(name: string, value: T, methods: readonly string[]): T {
  const rule = `an object with ${methods.map((method) => `${method}()`).join(', ')}`
  if (typeof value !== 'object' || value === null) return wrongType(name, rule, value)
  const has = value as Record<string, unknown>
  return methods.every((method) => typeof has[method] === 'function') ? value : wrongType(name, rule, value)
}
