import { getEventListeners } from 'node:events'

/** So many signals of the past are looked at for listeners that were left. */
const REMEMBERED = 200

/** The users' signals: some that many calls share and that live long, and those that one call had to itself. */
export class Signals {
  private readonly live = Array.from({ length: 16 }, () => new AbortController())
  private readonly past: AbortSignal[] = []
  private at = 0

  /** One that calls share. Every so often it is aborted after `id` has got it, with all its calls, and another takes its place. */
  shared(id: number): AbortSignal {
    const place = id % this.live.length
    const controller = this.live[place] ?? new AbortController()
    if (id % 5_003 === 0) {
      this.live[place] = new AbortController()
      this.remember(controller.signal)
      setImmediate(() => controller.abort(new Error('the signal of many calls was aborted')))
    }
    return controller.signal
  }

  /** One for a single call. */
  own(): AbortController {
    const controller = new AbortController()
    this.remember(controller.signal)
    return controller
  }

  /** The listeners that are on them. */
  listeners(): number {
    const signals = [...this.live.map(({ signal }) => signal), ...this.past]
    return signals.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0)
  }

  private remember(signal: AbortSignal): void {
    this.past[this.at++ % REMEMBERED] = signal
  }
}
