/** Something that can stand in one {@link Fifo} at a time. */
export interface Queued<T> {
  fifo: Fifo<T> | undefined
  before: T | undefined
  after: T | undefined
}

/** A queue that anyone may leave at any time. Everything is O(1); finding the first of a `Set` is not, after many have left it. */
export class Fifo<T> {
  first: T | undefined = undefined
  size = 0
  private last: T | undefined = undefined

  push(one: T & Queued<T>): void {
    const last = this.last as (T & Queued<T>) | undefined
    one.fifo = this
    one.before = last
    one.after = undefined
    if (last === undefined) this.first = one
    else last.after = one
    this.last = one
    this.size++
  }

  has(one: T & Queued<T>): boolean {
    return one.fifo === this
  }

  /** Whether it did stand here. */
  remove(one: T & Queued<T>): boolean {
    if (one.fifo !== this) return false
    const before = one.before as (T & Queued<T>) | undefined
    const after = one.after as (T & Queued<T>) | undefined
    if (before === undefined) this.first = after
    else before.after = after
    if (after === undefined) this.last = before
    else after.before = before
    one.fifo = undefined
    one.before = undefined
    one.after = undefined
    this.size--
    return true
  }
}
