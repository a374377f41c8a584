import type { Call } from './call.ts'
import type { CallOptions } from './call-options.ts'
import { checkFunction, checkOptions, wrongType } from './option-checks.ts'
import type { Policy } from './policy.ts'

export interface WrapOptions<A extends unknown[]> {
  /** The options of each call, told from its arguments: its signal, key, timeout. */
  readonly options?: ((...args: A) => CallOptions | undefined) | undefined
}

/** `fn` under `policy`: the same arguments and the same `this`, and always a promise. */
export function wrap<This, A extends unknown[], R, F = never>(
  policy: Policy<F>,
  fn: (this: This, ...args: A) => R | PromiseLike<R>,
  options: WrapOptions<A> = {},
): (this: This, ...args: A) => Promise<R | F> {
  checkPolicy(policy)
  checkFunction('fn', fn)
  const optionsOf = optionsFunction(options)
  return named(fn.name, async function (this: This, ...args: A): Promise<R | F> {
    return policy.execute(() => fn.apply(this, args), optionsOf?.(...args))
  })
}

/** As {@link wrap}, for a function that takes its {@link Call} before the arguments. */
export function wrapCall<This, A extends unknown[], R, F = never>(
  policy: Policy<F>,
  fn: (this: This, call: Call, ...args: A) => R | PromiseLike<R>,
  options: WrapOptions<A> = {},
): (this: This, ...args: A) => Promise<R | F> {
  checkPolicy(policy)
  checkFunction('fn', fn)
  const optionsOf = optionsFunction(options)
  return named(fn.name, async function (this: This, ...args: A): Promise<R | F> {
    return policy.execute((call) => fn.call(this, call, ...args), optionsOf?.(...args))
  })
}

function checkPolicy(policy: Policy<unknown>): void {
  if (typeof policy?.execute !== 'function') wrongType('policy', 'a policy', policy)
}

function optionsFunction<A extends unknown[]>(options: WrapOptions<A>): WrapOptions<A>['options'] {
  const { options: optionsOf } = checkOptions('options', options)
  return optionsOf === undefined ? undefined : checkFunction('options', optionsOf)
}

/** Stack traces and profiles show the name of what was wrapped. */
function named<Fn extends (...args: never[]) => unknown>(name: string, fn: Fn): Fn {
  return Object.defineProperty(fn, 'name', { value: name, configurable: true })
}
