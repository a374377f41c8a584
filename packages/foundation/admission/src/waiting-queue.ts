import type { Priority } from '@holdfast/core'
import { type Codel, CodelControl, lenient } from './codel.ts'
import { type Linked, WaitingList } from './waiting-list.ts'

/** Who is served first among equals: who came first, who came last, or who came first and did not wait for too long. */
export type QueueOrder = 'fifo' | 'lifo' | Codel

/** One who waits. The fields of {@link Linked} and those below that are not read-only are the queue's. */
export interface Waiter<W extends Waiter<W>> extends Linked<W> {
  /** How much room it takes. */
  readonly weight: number
  readonly priority: Priority
  /** Not counted against the bound of the queue, never displaced and never dropped, however long it takes. */
  readonly patient: boolean
  /** When it came. */
  since: number
  /** Its number in the order of arrival. */
  turn: number
}

const RANKS: Readonly<Record<Priority, number>> = { background: 0, normal: 1, critical: 2 }

/** Those of one priority. */
class Lane<W extends Waiter<W>> {
  readonly bounded: WaitingList<W> = new WaitingList<W>()
  readonly patient: WaitingList<W> = new WaitingList<W>()
  control: CodelControl | undefined = undefined

  get size(): number {
    return this.bounded.size + this.patient.size
  }

  /** Who is served first. */
  next(lifo: boolean): W | undefined {
    const bounded = lifo ? this.bounded.newest : this.bounded.oldest
    const patient = lifo ? this.patient.newest : this.patient.oldest
    if (bounded === undefined || patient === undefined) return bounded ?? patient
    return bounded.turn < patient.turn === lifo ? patient : bounded
  }
}

/**
 * Those who wait for room: the most important are served first, among equals in the {@link QueueOrder} given. A full queue
 * keeps those who would be served first. All of it is O(1).
 */
export class WaitingQueue<W extends Waiter<W>> {
  /** How many may wait; the patient are not counted. */
  maxQueued: number
  /** How many wait, the patient among them. */
  size = 0
  /** How many of them count against `maxQueued`. */
  bounded = 0
  private turns = 0
  private readonly lanes: readonly [Lane<W>, Lane<W>, Lane<W>] = [new Lane<W>(), new Lane<W>(), new Lane<W>()]

  private present: QueueOrder = 'fifo'
  private readonly sparesCritical: boolean

  constructor(maxQueued: number, order: QueueOrder, sparesCritical: boolean = false) {
    this.maxQueued = maxQueued
    this.sparesCritical = sparesCritical
    this.order = order
  }

  get order(): QueueOrder {
    return this.present
  }

  /** Changes the order for all who wait and who come. */
  set order(order: QueueOrder) {
    if (order === this.present) return
    this.present = order
    const critical = this.laneOf('critical')
    for (const lane of this.lanes) {
      const spared = lane === critical && this.sparesCritical
      lane.control = typeof order === 'object' ? new CodelControl(spared ? lenient(order) : order) : undefined
    }
  }

  private get lifo(): boolean {
    return this.present === 'lifo'
  }

  /** Whether how long they wait decides anything. */
  get isTimed(): boolean {
    return this.lanes[0].control !== undefined
  }

  /** Whether a newcomer of this priority would get a place, be it another's. */
  hasPlaceFor(priority: Priority): boolean {
    return this.bounded < this.maxQueued || this.displacedBy(this.laneOf(priority)) !== undefined
  }

  /** Takes `newcomer` in and returns who has to go for it: nobody, the one who would be served last, or the newcomer. */
  add(newcomer: W, now: number): W | undefined {
    const lane = this.laneOf(newcomer.priority)
    let displaced: W | undefined
    if (!newcomer.patient) {
      if (this.bounded >= this.maxQueued) {
        displaced = this.displacedBy(lane)
        if (displaced === undefined) return newcomer
        this.remove(displaced)
      }
      this.bounded++
    }
    this.size++
    newcomer.since = now
    newcomer.turn = ++this.turns
    const list = newcomer.patient ? lane.patient : lane.bounded
    if (list.size === 0) lane.control?.relax()
    list.add(newcomer)
    return displaced
  }

  /** Takes `waiter` out; `false` if it does not wait here any more. */
  remove(waiter: W): boolean {
    const { list } = waiter
    if (list === undefined) return false
    list.remove(waiter)
    this.size--
    if (!waiter.patient) this.bounded--
    return true
  }

  /** Who is served next. */
  next(): W | undefined {
    return this.topLane()?.next(this.lifo)
  }

  /** Who is served next, if it has waited for too long to be served at all. Ask when there is room, and only then. */
  late(now: number): W | undefined {
    const lane = this.topLane()
    const next = lane?.next(this.lifo)
    if (lane?.control === undefined || next === undefined || next.patient) return undefined
    // To drop the only one who waits would leave room that nobody takes.
    if (lane.bounded.size === 1) {
      lane.control.relax()
      return undefined
    }
    return lane.control.isLate(now - next.since, now) ? next : undefined
  }

  /** Whether a newcomer of this priority would be served before all who wait. */
  isFirst(priority: Priority): boolean {
    const rank = RANKS[priority]
    for (let above = RANKS.critical; above >= rank; above--) {
      const lane = this.lanes[above] as Lane<W>
      if (lane.size > 0) return above === rank && this.lifo
    }
    return true
  }

  private laneOf(priority: Priority): Lane<W> {
    return this.lanes[RANKS[priority]] as Lane<W>
  }

  private topLane(): Lane<W> | undefined {
    if (this.size === 0) return undefined
    const [background, normal, critical] = this.lanes
    if (critical.size > 0) return critical
    return normal.size > 0 ? normal : background
  }

  /** Who would be served last, if a newcomer to `lane` would be served before. */
  private displacedBy(lane: Lane<W>): W | undefined {
    for (const least of this.lanes) {
      if (least === lane) return this.lifo ? lane.bounded.oldest : undefined
      const last = this.lifo ? least.bounded.oldest : least.bounded.newest
      if (last !== undefined) return last
    }
    return undefined
  }
}
