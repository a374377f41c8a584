/** Something that waits in the line of its key. */
export interface Waiting {
  readonly key: string | undefined
  readonly cost: number
}

/** Those who wait for one key, in the order in which they came. */
export interface Line<W extends Waiting> {
  readonly key: string | undefined
  readonly waiting: Set<W>
  /** What they cost together. */
  load: number
  /** When it is worth trying the first of them. */
  readyAt: number
  /** When it last went to sleep, so that lines of one time keep their order. */
  turn: number
}

/**
 * Lines of those who wait, one for each key: within a line who came first goes first, and the lines that are ready take turns. Pure.
 * Who waits is added and removed in O(1); a line that sleeps is found in O(log n).
 */
export class WaitingLines<W extends Waiting> {
  private readonly lines = new Map<string | undefined, Line<W>>()
  /** Those whose turn comes, the next first. */
  private readonly ready = new Set<Line<W>>()
  /** A heap of those whose time has not come, the soonest first. Lines that were left stay until then. */
  private asleep: Line<W>[] = []
  private count = 0
  private turns = 0

  get size(): number {
    return this.count
  }

  /** Whether a line is ready and could not be served yet. */
  get crowded(): boolean {
    return this.ready.size > 0
  }

  lineOf(key: string | undefined): Line<W> | undefined {
    return this.lines.get(key)
  }

  /** Adds to the line of its key. `readyAt` is for the first of a line. */
  add(waiting: W, readyAt: number): void {
    const line = this.lines.get(waiting.key)
    this.count++
    if (line !== undefined) {
      line.waiting.add(waiting)
      line.load += waiting.cost
      return
    }
    const begun = { key: waiting.key, waiting: new Set([waiting]), load: waiting.cost, readyAt, turn: 0 }
    this.lines.set(waiting.key, begun)
    this.push(begun)
  }

  /** Whether it did wait. */
  remove(waiting: W): boolean {
    const line = this.lines.get(waiting.key)
    if (line === undefined || !line.waiting.delete(waiting)) return false
    this.count--
    line.load -= waiting.cost
    if (line.waiting.size === 0) {
      this.lines.delete(line.key)
      this.ready.delete(line)
    }
    if (this.count === 0) this.asleep = []
    return true
  }

  /** The line whose turn it is at `now`. It stays so until it goes to sleep, its turn passes, or nobody waits in it. */
  turn(now: number): Line<W> | undefined {
    for (let line = this.asleep[0]; line !== undefined && line.readyAt <= now; line = this.asleep[0]) {
      this.pop()
      if (line.waiting.size > 0) this.ready.add(line)
    }
    for (const line of this.ready) return line
    return undefined
  }

  /** The first of `line` was served: the others have their turns before the next of it. */
  pass(line: Line<W>): void {
    if (this.ready.delete(line) && line.waiting.size > 0) this.ready.add(line)
  }

  /** It makes no sense to try `line` before `until`. */
  sleep(line: Line<W>, until: number): void {
    this.ready.delete(line)
    line.readyAt = until
    this.push(line)
  }

  /** Everybody's figures may have changed: every line is worth trying. */
  rouse(): void {
    const lines = this.asleep.sort((a, b) => a.turn - b.turn)
    this.asleep = []
    for (const line of lines) if (line.waiting.size > 0) this.ready.add(line)
  }

  /** When the first of the lines that sleep is worth trying. */
  get nextAt(): number {
    return this.asleep[0]?.readyAt ?? Infinity
  }

  private push(line: Line<W>): void {
    const { asleep } = this
    let at = asleep.length
    line.turn = this.turns++
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = asleep[above] as Line<W>
      if (!isBefore(line, parent)) break
      asleep[at] = parent
      at = above
    }
    asleep[at] = line
  }

  private pop(): void {
    const { asleep } = this
    const last = asleep.pop() as Line<W>
    const { length } = asleep
    if (length === 0) return
    let at = 0
    for (let below = 1; below < length; below = 2 * at + 1) {
      const right = asleep[below + 1]
      if (right !== undefined && isBefore(right, asleep[below] as Line<W>)) below++
      const child = asleep[below] as Line<W>
      if (!isBefore(child, last)) break
      asleep[at] = child
      at = below
    }
    asleep[at] = last
  }
}

type Slept = Pick<Line<Waiting>, 'readyAt' | 'turn'>

function isBefore(a: Slept, b: Slept): boolean {
  return a.readyAt < b.readyAt || (a.readyAt === b.readyAt && a.turn < b.turn)
}
