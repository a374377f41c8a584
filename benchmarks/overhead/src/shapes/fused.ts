import { AsyncResource } from 'node:async_hooks'
import { currentCall, DeadlineQueue, type Expiring, systemClock } from '@holdfast/core'

/**
 * The fourth shape: one object for each call, and of each layer only what it does on the way in and on the way out. It knows
 * the good end alone: it tells how little a call could cost if nothing ever failed, was late or was given up.
 */
export interface Layer {
  enter(call: FusedCall, place: number): void
  leave(call: FusedCall, place: number): void
}

class FusedCall {
  declare readonly layers: readonly Layer[]
  declare readonly resolve: (value: number) => void
  declare readonly reject: (error: unknown) => void
  /** What each layer keeps of the call. */
  declare readonly kept: (Expiring | undefined)[]
  declare time: number | undefined
  declare scope: AsyncResource | undefined

  constructor(layers: readonly Layer[], resolve: (value: number) => void, reject: (error: unknown) => void) {
    this.layers = layers
    this.resolve = resolve
    this.reject = reject
    this.kept = [undefined, undefined, undefined, undefined, undefined]
    this.time = undefined
    this.scope = undefined
    systemClock.retain?.()
  }

  now(): number {
    this.time ??= systemClock.now()
    return this.time
  }

  ok(value: number): void {
    const { layers } = this
    for (let place = layers.length - 1; place >= 0; place--) layers[place]?.leave(this, place)
    systemClock.release?.()
    this.resolve(value)
  }
}

class Due implements Expiring {
  slot = -1
  expire(): void {}
}

export const passing: Layer = { enter() {}, leave() {} }

export function gate(permits: number): Layer {
  let free = permits
  return {
    enter() {
      if (free > 0) free--
    },
    leave() {
      free++
    },
  }
}

/** What goes on after a shared timer goes on in the caller's async context, which has to be kept on the way in. */
export function timeout(ms: number): Layer {
  const deadlines = new DeadlineQueue(systemClock, ms)
  return {
    enter(call, place) {
      const due = new Due()
      deadlines.add(due, call.now())
      call.kept[place] = due
      call.scope ??= new AsyncResource('holdfast.call', { requireManualDestroy: true })
    },
    leave(call, place) {
      deadlines.remove(call.kept[place]?.slot ?? -1)
    },
  }
}

export function compose(layers: readonly Layer[], operation: () => Promise<number>): () => Promise<number> {
  return () =>
    new Promise((resolve, reject) => {
      if (currentCall() !== undefined) return
      const call = new FusedCall(layers, resolve, reject)
      for (let place = 0; place < layers.length; place++) layers[place]?.enter(call, place)
      operation().then((value) => call.ok(value), call.reject)
    })
}
