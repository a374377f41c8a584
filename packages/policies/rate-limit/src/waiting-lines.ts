import { Fifo, type Queued } from './fifo.ts'
import { LineHeap, type Sleeper } from './line-heap.ts'

/** Something that waits in the line of its key. */
export interface Waiting<W> extends Queued<W> {
  readonly key: string | undefined
  readonly cost: number
}

/** Those who wait for one key, in the order in which they came. It is ready, or it sleeps. */
export interface Line<W> extends Sleeper, Queued<Line<W>> {
  readonly key: string | undefined
  readonly waiting: Fifo<W>
  /** What they cost together. */
  load: number
}

/**
 * Lines of those who wait, one for each key: within a line who came first goes first, and the lines that are ready take turns. Pure.
 * Who waits is added and removed in O(1); a line that sleeps is found in O(log n).
 */
export class WaitingLines<W extends Waiting<W>> {
  private readonly lines = new Map<string | undefined, Line<W>>()
  /** Those whose turn comes, the next first. */
  private readonly ready = new Fifo<Line<W>>()
  /** Those whose time has not come. */
  private readonly asleep = new LineHeap<Line<W>>()
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
    const line = this.lines.get(waiting.key) ?? this.begin(waiting.key, readyAt)
    this.count++
    line.waiting.push(waiting)
    line.load += waiting.cost
  }

  /** Whether it did wait. */
  remove(waiting: W): boolean {
    const line = this.lines.get(waiting.key)
    if (line === undefined || !line.waiting.remove(waiting)) return false
    this.count--
    line.load -= waiting.cost
    if (line.waiting.size === 0) {
      this.lines.delete(line.key)
      this.ready.remove(line)
      this.asleep.remove(line)
    }
    return true
  }

  /** The line whose turn it is at `now`. It stays so until it goes to sleep, its turn passes, or nobody waits in it. */
  turn(now: number): Line<W> | undefined {
    for (let line = this.asleep.first; line !== undefined && line.readyAt <= now; line = this.asleep.first) {
      this.asleep.remove(line)
      this.ready.push(line)
    }
    return this.ready.first
  }

  /** The first of `line` was served: the others have their turns before the next of it. */
  pass(line: Line<W>): void {
    if (this.ready.remove(line)) this.ready.push(line)
  }

  /** It makes no sense to try `line` before `until`. */
  sleep(line: Line<W>, until: number): void {
    this.ready.remove(line)
    line.readyAt = until
    line.turn = this.turns++
    this.asleep.add(line)
  }

  /** The figures of `key` may have changed: its line is worth trying. */
  wake(key: string | undefined): void {
    const line = this.lines.get(key)
    if (line !== undefined && this.asleep.remove(line)) this.ready.push(line)
  }

  /** Everybody's figures may have changed: every line is worth trying. */
  rouse(): void {
    for (const line of this.asleep.empty()) this.ready.push(line)
  }

  /** When the first of the lines that sleep is worth trying. */
  get nextAt(): number {
    return this.asleep.first?.readyAt ?? Infinity
  }

  private begin(key: string | undefined, readyAt: number): Line<W> {
    const queued = { fifo: undefined, before: undefined, after: undefined }
    const line = { key, waiting: new Fifo<W>(), load: 0, readyAt, turn: this.turns++, place: -1, ...queued }
    this.lines.set(key, line)
    this.asleep.add(line)
    return line
  }
}
