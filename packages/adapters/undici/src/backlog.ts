/** So much of a body waits until somebody has decided about its head; then the connection waits. */
const HIGH_WATER = 64 * 1_024

/** Who reads a body, as it is handed on. */
export interface BodyReader {
  /** Whether he wants no more for now. */
  readonly paused: boolean
  /** Whether he hears nothing any more. */
  readonly over: boolean
  data(chunk: Buffer): void
}

/** What of a body came before somebody wanted it. */
export class Backlog {
  bytes = 0
  private readonly chunks: Buffer[] = []
  private handingOn = false

  /** Returns whether it is full. */
  keep(chunk: Buffer): boolean {
    this.chunks.push(chunk)
    this.bytes += chunk.length
    return this.bytes >= HIGH_WATER
  }

  /** Hands on as much as is wanted; returns whether all of it is gone. A reader may ask for more while he is given some. */
  handOn(reader: BodyReader): boolean {
    if (this.handingOn) return false
    this.handingOn = true
    let next = 0
    for (const chunk of this.chunks) {
      if (reader.paused || reader.over) break
      next++
      reader.data(chunk)
    }
    this.handingOn = false
    this.chunks.splice(0, next)
    return this.chunks.length === 0 && !reader.over
  }
}
