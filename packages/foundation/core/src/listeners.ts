/** Nobody, one, or a set: most calls have one child at a time, and a set for one costs more than the call. */
export type Listeners<L extends object> = L | Set<L> | undefined

export function withListener<L extends object>(listeners: Listeners<L>, added: L): Listeners<L> {
  if (listeners === undefined) return added
  if (listeners instanceof Set) return listeners.add(added)
  return listeners === added ? listeners : new Set<L>([listeners, added])
}

export function withoutListener<L extends object>(listeners: Listeners<L>, removed: L): Listeners<L> {
  if (listeners === removed) return undefined
  if (!(listeners instanceof Set)) return listeners
  listeners.delete(removed)
  return listeners.size === 0 ? undefined : listeners
}

/** Calls `tell` for everyone who listens at this moment; those who leave meanwhile are still told. */
export function tellAll<L extends object>(listeners: Listeners<L>, tell: (listener: L) => void): void {
  if (listeners instanceof Set) for (const listener of [...listeners]) tell(listener)
  else if (listeners !== undefined) tell(listeners)
}
