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

/** Where the list is kept: on the global object, so that every installed copy of this package has the same one. */
const made: unique symbol = Symbol.for('holdfast.made')

/** Whatever was made, held weakly: it is for its owner to keep. */
interface Made {
  refs: WeakRef<Observable>[]
  /** How many there may be before those that are gone are taken out. */
  room: number
}

const SLACK = 64

const shared = globalThis as { [made]?: Made }
const list: Made = shared[made] ?? { refs: [], room: SLACK }
shared[made] = list

/** Makes `thing` one of the {@link observables}, for as long as somebody else keeps it, and returns it. */
export function observable<T extends Observable>(thing: T): T {
  if (list.refs.length >= list.room) list.room = 2 * observables().length + SLACK
  list.refs.push(new WeakRef(thing))
  return thing
}

/** Everything with a state that is there, whoever made it and when. */
export function observables(): Observable[] {
  const there: Observable[] = []
  list.refs = list.refs.filter((ref) => {
    const thing = ref.deref()
    if (thing !== undefined) there.push(thing)
    return thing !== undefined
  })
  return there
}
