/** Something that sleeps until a time. */
export interface Sleeper {
  /** When it is worth waking. */
  readyAt: number
  /** When it last went to sleep, so that those of one time keep their order. */
  turn: number
  /** Where it is in the heap; -1 when it does not sleep. */
  place: number
}

/** Those who sleep, the soonest first. Pure. Whoever sleeps is added, found and taken out in O(log n). */
export class LineHeap<S extends Sleeper> {
  private heap: S[] = []

  get first(): S | undefined {
    return this.heap[0]
  }

  add(sleeper: S): void {
    this.rise(sleeper, this.heap.length)
  }

  /** Whether it did sleep. */
  remove(sleeper: S): boolean {
    const { place } = sleeper
    if (place < 0) return false
    sleeper.place = -1
    const last = this.heap.pop() as S
    if (last !== sleeper) this.sink(last, place)
    return true
  }

  /** Takes out all, those who went to sleep first first. */
  empty(): S[] {
    const all = this.heap.sort((a, b) => a.turn - b.turn)
    this.heap = []
    for (const sleeper of all) sleeper.place = -1
    return all
  }

  private rise(sleeper: S, from: number): void {
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.heap[above] as S
      if (!isBefore(sleeper, parent)) break
      this.put(parent, at)
      at = above
    }
    this.put(sleeper, at)
  }

  private sink(sleeper: S, from: number): void {
    const { heap } = this
    let at = from
    for (let below = 2 * at + 1; below < heap.length; below = 2 * at + 1) {
      const right = heap[below + 1]
      if (right !== undefined && isBefore(right, heap[below] as S)) below++
      const child = heap[below] as S
      if (!isBefore(child, sleeper)) break
      this.put(child, at)
      at = below
    }
    this.rise(sleeper, at)
  }

  private put(sleeper: S, at: number): void {
    this.heap[at] = sleeper
    sleeper.place = at
  }
}

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.readyAt < b.readyAt || (a.readyAt === b.readyAt && a.turn < b.turn)
}
