import { type Observable, observables, observing } from '@holdfast/core'
import type { Measurement } from './measurements.ts'
import { measuredStates, type State } from './states.ts'

type KeyLabel = (key: string | undefined) => string | undefined

/** By kind, name and key as it is shown: the states of all that have them in common. */
type States = Map<string, Map<string, Map<string | undefined, State[]>>>

/** What can be asked for its state: all that policies made known, and what is added. Keeps nothing alive. */
export class Observed {
  private added: WeakRef<Observable>[] = []

  add(thing: Observable): void {
    this.added = this.added.filter((ref) => ref.deref() !== undefined)
    this.added.push(new WeakRef(thing))
  }

  /** Asks all that are there. One that fails at it is left out; what was added twice is asked once. */
  measured(keyLabel: KeyLabel): Measurement[] {
    const states: States = new Map()
    const statesOf = (kind: string, policy: string, key: string | undefined): State[] => {
      const ofKind = within(states, kind, () => new Map())
      const ofPolicy = within(ofKind, policy, () => new Map())
      return within(ofPolicy, key, () => [])
    }
    const added = this.added.map((ref) => ref.deref()).filter((thing) => thing !== undefined)
    for (const thing of new Set([...observables(), ...added])) {
      try {
        thing[observing](({ kind, policy, key, state }) => {
          statesOf(kind, policy, keyLabel(key)).push(state as State)
        })
      } catch {
        // Its state is its own affair.
      }
    }
    const measured: Measurement[] = []
    for (const [kind, ofKind] of states)
      for (const [policy, ofPolicy] of ofKind)
        for (const [key, all] of ofPolicy) measured.push(...measuredStates({ kind, policy, key }, all))
    return measured
  }
}

function within<K, V>(all: Map<K, V>, key: K, make: () => V): V {
  const known = all.get(key)
  if (known !== undefined) return known
  const made = make()
  all.set(key, made)
  return made
}
