import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Levels } from './levels.ts'

/** The row of those who have no key. */
const COMMON = 0
/** A row that is always full, for keys that have none of their own. */
export const FRESH = 1
const FIRST_CAPACITY = 8
/** Longer keys are kept as a digest, which is longer than this, too, so that no key can pass for another's. */
const LONGEST = 128

/** Told that a key was forgotten before it was back to full. */
export type OnDropped = (key: string) => void

/**
 * Which row of a table a key has. At most `maxKeys` keys have one; when there are more, the row of the one that was not asked
 * about for longest goes to the newcomer. Nothing is lost where that was back to full; where it was not, that is counted.
 */
export class Rows {
  private readonly levels: Levels
  private readonly maxKeys: number
  private readonly onDropped: OnDropped | undefined
  private rows: LRUCache<string, number> | undefined = undefined
  private capacity: number = FIRST_CAPACITY
  private used: number = FRESH + 1
  /** Rows of keys that were reset. */
  private readonly free: number[] = []
  /** Who asks often asks in a row. */
  private lastKey: string | undefined = undefined
  private lastRow: number = COMMON
  private forgotten = ''
  /** Forgotten before they were back to full, and not told yet. */
  private untold: string[] = []
  dropped = 0

  constructor(levels: Levels, maxKeys: number, onDropped: OnDropped | undefined) {
    this.levels = levels
    this.maxKeys = maxKeys
    this.onDropped = onDropped
    levels.grow(FIRST_CAPACITY)
    levels.fill(COMMON)
    levels.fill(FRESH)
  }

  /** The row of `key`, `FRESH` where it has none. */
  find(key: string | undefined): number {
    if (key === this.lastKey) return this.lastRow
    if (key === undefined) return COMMON
    const row = this.rows?.get(short(key))
    if (row === undefined) return FRESH
    this.lastKey = key
    this.lastRow = row
    return row
  }

  /** A row, full, for a `key` that has none. */
  add(key: string, now: number): number {
    this.rows ??= this.tableOfRows()
    const row = this.rows.size < this.maxKeys ? this.unused() : this.reclaim(this.rows, now)
    this.levels.fill(row)
    this.rows.set(short(key), row)
    this.lastKey = key
    this.lastRow = row
    return row
  }

  reset(key: string | undefined): void {
    const row = this.find(key)
    if (row === FRESH) return
    this.levels.fill(row)
    if (key === undefined) return
    this.rows?.delete(short(key))
    this.free.push(row)
    this.lastKey = undefined
    this.lastRow = COMMON
  }

  /** Who is told may ask for a decision, and forget more by that. */
  tellDropped(): void {
    if (this.untold.length === 0) return
    const { untold } = this
    this.untold = []
    for (const key of untold) this.onDropped?.(key)
  }

  get size(): number {
    return this.rows?.size ?? 0
  }

  private tableOfRows(): LRUCache<string, number> {
    // `max` would take the room of all keys at once.
    return new LRUCache({
      maxSize: this.maxKeys,
      sizeCalculation: () => 1,
      dispose: (_row, key) => {
        this.forgotten = key
      },
    })
  }

  private unused(): number {
    const freed = this.free.pop()
    if (freed !== undefined) return freed
    if (this.used === this.capacity) {
      this.capacity = Math.min(2 * this.capacity, this.maxKeys + FRESH + 1)
      this.levels.grow(this.capacity)
    }
    return this.used++
  }

  private reclaim(rows: LRUCache<string, number>, now: number): number {
    const row = rows.pop() as number
    if (!this.levels.isFull(row, now)) {
      this.dropped++
      if (this.onDropped !== undefined) this.untold.push(this.forgotten)
    }
    this.lastKey = undefined
    this.lastRow = COMMON
    return row
  }
}

function short(key: string): string {
  return key.length <= LONGEST ? key : `#${createHash('sha512').update(key, 'utf16le').digest('hex')}`
}
