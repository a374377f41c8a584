import { type Describable, describing } from '@holdfast/core'
import type { Backoff } from './backoff.ts'

/** `backoff` with a name and what it was made of, which a policy that uses it then shows in `describe`. */
export function described(name: string, options: object, backoff: Backoff): Backoff {
  const about: Describable = { [describing]: () => ({ name, policy: 'backoff', options: { ...options } }) }
  return Object.assign(Object.defineProperty(backoff, 'name', { value: name, configurable: true }), about)
}
