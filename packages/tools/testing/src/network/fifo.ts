/** Who waits, first come first served. Whoever leaves from the middle leaves a gap, which costs nothing to step over. */
export class Fifo<T> {
  private places: (T | undefined)[] = []
  private first = 0
  /** The number of the place at `places[0]`. */
  private base = 0
  private gaps = 0

  /** How many wait. */
  get length(): number {
    return this.places.length - this.first - this.gaps
  }

  /** Puts somebody at the end; returns the number of the place, to leave it by. */
  push(item: T): number {
    this.places.push(item)
    return this.base + this.places.length - 1
  }

  /** Puts `item` into a place whose owner still waits; `undefined` makes it a gap. */
  replace(place: number, item: T | undefined): void {
    this.places[place - this.base] = item
    if (item === undefined) this.gaps++
  }

  /** Takes whoever has waited for longest. */
  shift(): T | undefined {
    while (this.first < this.places.length) {
      const item = this.places[this.first]
      this.places[this.first++] = undefined
      if (this.first >= 1_024 && this.first * 2 > this.places.length) this.compact()
      if (item !== undefined) return item
      this.gaps--
    }
    return undefined
  }

  private compact(): void {
    this.base += this.first
    this.places = this.places.slice(this.first)
    this.first = 0
  }
}
