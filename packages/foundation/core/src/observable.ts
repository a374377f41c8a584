import { channel } from 'node:diagnostics_channel'

/** Where something answers for its state, for every installed copy of this package. */
export const observing: unique symbol = Symbol.for('holdfast.observe')

/** The state of a policy, a budget or a limiter at one moment. */
export interface Observation {
  /** What kind of thing it is: `'circuit-breaker'`. */
  readonly kind: string
  /** The name it was given. */
  readonly policy: string
  /** Whose state it is, where there is one for each key. */
  readonly key?: string | undefined
  /** Plain data, as its `snapshot` gives it. */
  readonly state: object
}

/** Something with a state that telemetry may ask for now and then. */
export interface Observable {
  [observing](tell: (observation: Observation) => void): void
}

const made = channel('holdfast:made')

/**
 * Says on the channel `holdfast:made` that `thing` is there, and returns it. Subscribers should hold it weakly: it is for its
 * owner to keep.
 */
export function observable<T extends Observable>(thing: T): T {
  if (made.hasSubscribers) made.publish(thing)
  return thing
}
