import { PRIORITIES, type Someone } from './waiter.ts'

/** What a `Gate` is to do, said as plainly as it can be: a list of those who wait, sorted anew each time. */
export class GateModel {
  limit: number
  maxQueued: number
  order: 'fifo' | 'lifo'
  inside: Someone[] = []
  /** In the order in which they came. */
  waiting: Someone[] = []

  constructor(limit: number, maxQueued: number, order: 'fifo' | 'lifo') {
    this.limit = limit
    this.maxQueued = maxQueued
    this.order = order
  }

  get taken(): number {
    return this.inside.reduce((sum, { weight }) => sum + weight, 0)
  }

  /** Those who wait, whoever is served first in front. */
  inTurn(waiting: readonly Someone[] = this.waiting): Someone[] {
    const among = this.order === 'lifo' ? [...waiting].reverse() : [...waiting]
    return among.sort((a, b) => PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority))
  }

  enter(newcomer: Someone): boolean {
    const [first] = this.inTurn([...this.waiting, newcomer])
    if (first !== newcomer || !this.fits(newcomer)) return false
    this.inside.push(newcomer)
    return true
  }

  /** Who would have to go if `newcomer` waited, too. */
  excess(newcomer: Someone): Someone | undefined {
    const bounded = this.inTurn([...this.waiting, newcomer]).filter(({ patient }) => !patient)
    return newcomer.patient || bounded.length <= this.maxQueued ? undefined : bounded.at(-1)
  }

  wait(newcomer: Someone): Someone | undefined {
    const excess = this.excess(newcomer)
    this.waiting.push(newcomer)
    if (excess !== undefined) this.remove(excess)
    return excess
  }

  remove(leaver: Someone): void {
    this.waiting = this.waiting.filter((one) => one !== leaver)
  }

  admit(): Someone | undefined {
    const [next] = this.inTurn()
    if (next === undefined || !this.fits(next)) return undefined
    this.remove(next)
    this.inside.push(next)
    return next
  }

  private fits({ weight }: Someone): boolean {
    return this.taken === 0 || this.taken + weight <= this.limit
  }
}
