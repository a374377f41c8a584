import type { Clock, Timer } from '@holdfast/core'

interface Due {
  readonly at: number
  readonly order: number
  fn: (() => void) | undefined
}

/**
 * The event loop of a process, with work that takes its time: while it is busy nothing else happens, and whatever falls due
 * meanwhile is late. As in Node, timers come first in each turn, then what has arrived by the start of the poll, then what
 * waited for a poll.
 */
export class BusyLoop implements Clock {
  private time = 0
  private orders = 0
  private timers: Due[] = []
  private arrivals: Due[] = []
  private polled: (() => void)[] = []
  /** How long it has worked, in ms. */
  worked = 0

  now(): number {
    return this.time
  }

  get pending(): number {
    return this.timers.filter(({ fn }) => fn !== undefined).length
  }

  setTimer(fn: () => void, ms: number): Timer {
    const timer = this.due(this.time + ms, fn)
    insert(this.timers, timer)
    return {
      cancel() {
        timer.fn = undefined
      },
    }
  }

  afterPoll(fn: () => void): void {
    this.polled.push(fn)
  }

  /** Something comes from outside at a time, and is seen when the loop polls. */
  arriveAt(at: number, fn: () => void): void {
    insert(this.arrivals, this.due(at, fn))
  }

  /** Does nothing else for so long. */
  work(ms: number): void {
    this.time += ms
    this.worked += ms
  }

  /** Goes on until a time, and then to the end of the turn. */
  async run(until: number): Promise<void> {
    while (this.time < until) {
      await this.phase(this.timers, this.time)
      await this.phase(this.arrivals, this.time)
      const { polled } = this
      this.polled = []
      for (const fn of polled) await this.step(fn)
      if (this.polled.length > 0) continue
      const next = Math.min(this.timers[0]?.at ?? until, this.arrivals[0]?.at ?? until, until)
      if (next > this.time) this.time = next
    }
  }

  private due(at: number, fn: () => void): Due {
    return { at, order: this.orders++, fn }
  }

  private async phase(list: Due[], until: number): Promise<void> {
    const end = this.orders
    for (let first = list[0]; first !== undefined && first.at <= until && first.order < end; first = list[0]) {
      list.shift()
      if (first.fn !== undefined) await this.step(first.fn)
    }
  }

  private async step(fn: () => void): Promise<void> {
    fn()
    for (let turn = 0; turn < 8; turn++) await undefined
  }
}

function insert(list: Due[], due: Due): void {
  let place = list.length
  while (place > 0 && (list[place - 1]?.at ?? 0) > due.at) place--
  list.splice(place, 0, due)
}
