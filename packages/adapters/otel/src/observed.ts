import { type Observable, type Observation, observing } from '@holdfast/core'

/** How many may have been forgotten before the list is looked through. */
const SLACK = 64

/** What can be asked for its state; keeps nothing alive. */
export class Observed {
  private things: WeakRef<Observable>[] = []
  private limit = SLACK

  add(thing: Observable): void {
    if (this.things.length >= this.limit) {
      this.limit = 2 * this.alive().length + SLACK
    }
    this.things.push(new WeakRef(thing))
  }

  /** Asks all that are left. One that fails at it is left out; what is observed twice is asked once. */
  ask(tell: (observation: Observation) => void): void {
    for (const thing of new Set(this.alive())) {
      try {
        thing[observing](tell)
      } catch {
        // Its state is its own affair.
      }
    }
  }

  private alive(): Observable[] {
    const alive = this.things.map((ref) => ref.deref()).filter((thing) => thing !== undefined)
    if (alive.length < this.things.length) this.things = this.things.filter((ref) => ref.deref() !== undefined)
    return alive
  }
}
