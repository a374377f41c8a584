/**
 * Nobody, one, two, or a set. Most calls have one child at a time, and often a policy that watches the call as well; a set for
 * them costs more than the call.
 */
export type Listeners<L extends object> = L | Pair<L> | Set<L> | undefined

class Pair<L extends object> {
  declare readonly first: L
  declare readonly second: L

  constructor(first: L, second: L) {
    this.first = first
    this.second = second
  }
}

export function withListener<L extends object>(listeners: Listeners<L>, added: L): Listeners<L> {
  if (listeners === undefined) return added
  if (isListener(listeners, added)) return listeners
  if (listeners instanceof Set) return listeners.add(added)
  if (listeners instanceof Pair) return new Set<L>([listeners.first, listeners.second, added])
  return new Pair<L>(listeners, added)
}

export function withoutListener<L extends object>(listeners: Listeners<L>, removed: L): Listeners<L> {
  if (listeners === removed) return undefined
  if (listeners instanceof Pair) {
    if (listeners.first === removed) return listeners.second
    return listeners.second === removed ? listeners.first : listeners
  }
  if (!(listeners instanceof Set)) return listeners
  listeners.delete(removed)
  return listeners.size === 0 ? undefined : listeners
}

/** Whether `one` is among `listeners`. */
export function isListener<L extends object>(listeners: Listeners<L>, one: L): boolean {
  if (listeners instanceof Set) return listeners.has(one)
  if (listeners instanceof Pair) return listeners.first === one || listeners.second === one
  return listeners === one
}

/** Calls `tell` for everyone who listens at this moment; those who leave meanwhile are still told. */
export function tellAll<L extends object>(listeners: Listeners<L>, tell: (listener: L) => void): void {
  if (listeners instanceof Set) {
    for (const listener of [...listeners]) tell(listener)
  } else if (listeners instanceof Pair) {
    tell(listeners.first)
    tell(listeners.second)
  } else if (listeners !== undefined) tell(listeners)
}
