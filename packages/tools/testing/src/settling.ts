/**
 * Calls `then`, never at once, when the promise chains that have begun have come as far as they get without time
 * passing.
 */
export type Settling = (then: () => void) => void

// Kept from before anybody replaces them: fake timers of a test runner must not stop the manual clock.
const hostImmediate = globalThis.setImmediate
const hostTick = process.nextTick

/**
 * One turn of the event loop. Before it comes round Node has emptied its microtask and `nextTick` queues, however long
 * the chains in them are and however they call each other, and has reported the rejections that nobody handled.
 */
export const wholeTurn: Settling = (then) => {
  hostImmediate(then)
}

// A rejection is reported, and memory behind a FinalizationRegistry given back, only when the loop turns.
const turnEvery = 1000

/**
 * A fraction of the cost of a turn: `nextTick` callbacks wait until the microtask queue is empty. What this misses is a
 * promise chain that itself waits for a `nextTick` callback (as Node's streams do): it may come no further than that
 * callback.
 */
export function microtasksOnly(): Settling {
  const done = Promise.resolve()
  let settled = 0
  return (then) => {
    // A tick that is set from a microtask comes after all microtasks, one set from anywhere else before them. So each
    // `then` is called from a microtask, and the first one comes after a turn.
    const inMicrotask = (): void => void done.then(then)
    if (settled++ % turnEvery === 0) hostImmediate(inMicrotask)
    else hostTick(inMicrotask)
  }
}
