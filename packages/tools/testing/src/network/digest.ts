/** A short number that depends on everything that happened, on its order and on its exact times. */
export class Digest {
  private high = 0x6a09e667
  private low = 0x3c6ef372
  private readonly view = new DataView(new ArrayBuffer(8))

  /** That `what` happened to `who` at `time`. */
  add(what: number, who: number, time: number): void {
    this.view.setFloat64(0, time)
    this.mix(what ^ Math.imul(who, 0x01000193))
    this.mix(this.view.getInt32(0))
    this.mix(this.view.getInt32(4))
  }

  toString(): string {
    return [this.high, this.low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }

  private mix(word: number): void {
    const high = Math.imul(this.high ^ word, 0x85ebca6b)
    const low = Math.imul(this.low + word, 0xc2b2ae35)
    this.high = high ^ (low >>> 15)
    this.low = low ^ (high >>> 13)
  }
}
