import type { Clock, Timer } from '@holdfast/core'

/** So much of a body that nobody wants is read, because its connection then serves the next request; more costs more than it. */
const MOST_BYTES = 64 * 1_024
/** And for so long, in ms. */
const LONGEST = 100

/** Lets a short body that nobody wants run out, and cuts a long or a slow one off. */
export class Drain {
  private readonly cut: (reason: Error) => void
  private readonly timer: Timer
  private bytes = 0

  constructor(cut: (reason: Error) => void, clock: Clock) {
    this.cut = cut
    this.timer = clock.setTimer(() => this.end(), LONGEST)
  }

  /** How long the body says it is. */
  announce(bytes: number): void {
    if (bytes > MOST_BYTES) this.end()
  }

  take(bytes: number): void {
    this.bytes += bytes
    if (this.bytes > MOST_BYTES) this.end()
  }

  stop(): void {
    this.timer.cancel()
  }

  private end(): void {
    this.timer.cancel()
    this.cut(new DOMException('The response was not needed', 'AbortError'))
  }
}
