import type { Timer } from '@holdfast/core'

/** A timer that waits. */
export interface Waiting {
  readonly due: number
  /** Its place in the order of setting. */
  readonly order: number
}

/**
 * Timers in order of due time, and of setting where that is the same. Knows no clock: times are numbers given to it.
 */
export interface TimerQueue {
  /** How many timers wait; cancelled ones do not. */
  readonly size: number
  /** How many timers were ever set, which is the `order` of the next. */
  readonly added: number
  /** The timer that falls due next. */
  readonly next: Waiting | undefined
  add(due: number, fn: () => void): Timer
  /** Takes the next timer out and returns its function. */
  take(): (() => void) | undefined
}

// Below this many entries a sweep saves less than it costs.
const sweepFrom = 64

/**
 * A heap of four children a node. A cancelled entry stays until it reaches the top or until more than half of the heap
 * is cancelled, which makes cancelling cost a constant on average: most timers of a healthy system are timeouts never
 * reached.
 */
export function timerQueue(): TimerQueue {
  let heap: Entry[] = []
  // The due time of each entry once more: comparing numbers that lie side by side halves the cost of a timer.
  let dues: Float64Array = new Float64Array(64)
  let cancelled = 0
  let added = 0

  function put(at: number, entry: Entry, due: number): void {
    heap[at] = entry
    dues[at] = due
  }

  function rise(index: number, entry: Entry): void {
    const { due } = entry
    let at = index
    while (at > 0) {
      const up = (at - 1) >> 2
      const upDue = dues[up] as number
      // What was set later never rises past what was set before it and is due at the same time.
      if (due >= upDue) break
      put(at, heap[up] as Entry, upDue)
      at = up
    }
    put(at, entry, due)
  }

  function sink(index: number, entry: Entry): void {
    const { length } = heap
    const { due, order } = entry
    let at = index
    for (;;) {
      const first = 4 * at + 1
      if (first >= length) break
      let child = first
      let childDue = dues[first] as number
      const end = Math.min(first + 4, length)
      for (let other = first + 1; other < end; other++) {
        const otherDue = dues[other] as number
        if (otherDue < childDue || (otherDue === childDue && orderAt(other) < orderAt(child))) {
          child = other
          childDue = otherDue
        }
      }
      if (due < childDue || (due === childDue && order < orderAt(child))) break
      put(at, heap[child] as Entry, childDue)
      at = child
    }
    put(at, entry, due)
  }

  function orderAt(at: number): number {
    return (heap[at] as Entry).order
  }

  function removeTop(): void {
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) sink(0, last)
  }

  function top(): Entry | undefined {
    while (cancelled > 0 && heap[0]?.fn === undefined) {
      removeTop()
      cancelled--
    }
    return heap[0]
  }

  function sweep(): void {
    heap = heap.filter((entry) => entry.fn !== undefined)
    cancelled = 0
    for (let at = 0; at < heap.length; at++) dues[at] = (heap[at] as Entry).due
    for (let at = (heap.length - 2) >> 2; at >= 0; at--) sink(at, heap[at] as Entry)
  }

  function onCancel(): void {
    cancelled++
    if (cancelled > sweepFrom && cancelled * 2 > heap.length) sweep()
  }

  return {
    get size() {
      return heap.length - cancelled
    },
    get added() {
      return added
    },
    get next() {
      return top()
    },
    add(due, fn) {
      const entry = new Entry(due, added++, fn, onCancel)
      if (heap.length === dues.length) dues = grown(dues)
      rise(heap.length, entry)
      return entry
    },
    take() {
      const entry = top()
      if (entry === undefined) return undefined
      removeTop()
      const { fn } = entry
      entry.fn = undefined
      return fn
    },
  }
}

class Entry implements Timer, Waiting {
  readonly due: number
  readonly order: number
  /** Gone once the timer was taken or cancelled. */
  fn: (() => void) | undefined
  readonly #onCancel: () => void

  constructor(due: number, order: number, fn: () => void, onCancel: () => void) {
    this.due = due
    this.order = order
    this.fn = fn
    this.#onCancel = onCancel
  }

  cancel(): void {
    if (this.fn === undefined) return
    this.fn = undefined
    this.#onCancel()
  }
}

function grown(dues: Float64Array): Float64Array {
  const more = new Float64Array(2 * dues.length)
  more.set(dues)
  return more
}
