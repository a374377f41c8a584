import type { Timer } from '@holdfast/core'

/** A timer that waits. */
export interface Waiting {
  readonly due: number
  /** Its place in the order of setting. */
  readonly order: number
}

/** Timers in order of due time, and of setting where that is the same. Knows no clock: times are numbers given to it. */
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

interface Entry extends Timer, Waiting {
  /** Gone once the timer was taken or cancelled. */
  fn: (() => void) | undefined
}

// Below this many entries a sweep saves less than it costs.
const sweepFrom = 64

/**
 * A binary heap. A cancelled entry stays until it reaches the top or until more than half of the heap is cancelled, which
 * makes cancelling cost a constant on average: most timers of a healthy system are timeouts that are never reached.
 */
export function timerQueue(): TimerQueue {
  let heap: Entry[] = []
  let cancelled = 0
  let added = 0

  function rise(index: number, entry: Entry): void {
    let at = index
    while (at > 0) {
      const up = (at - 1) >> 1
      const parent = heap[up] as Entry
      if (!isBefore(entry, parent)) break
      heap[at] = parent
      at = up
    }
    heap[at] = entry
  }

  function sink(index: number, entry: Entry): void {
    const { length } = heap
    let at = index
    for (;;) {
      let down = 2 * at + 1
      if (down >= length) break
      let child = heap[down] as Entry
      const right = heap[down + 1]
      if (right !== undefined && isBefore(right, child)) {
        down++
        child = right
      }
      if (!isBefore(child, entry)) break
      heap[at] = child
      at = down
    }
    heap[at] = entry
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
    for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(at, heap[at] as Entry)
  }

  function forget(entry: Entry): void {
    if (entry.fn === undefined) return
    entry.fn = undefined
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
      const entry: Entry = { due, order: added++, fn, cancel: () => forget(entry) }
      heap.push(entry)
      rise(heap.length - 1, entry)
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

function isBefore(one: Entry, other: Entry): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order)
}
