import { type Call, ChildCall, type Clock, definePolicy, nodeOf, type Policy, policy } from '@holdfast/core'

// Policies that do what timeouts, retries and hedges do, each as briefly as it can be done.

export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(resolve, ms))
}

/** A call that can be answered for while it goes on. */
class ForsakenCall<T> extends ChildCall<T> {
  private forsaken = false

  forsake(reason: unknown): void {
    if (!this.open || this.forsaken || this.aborted) return
    this.wake()
    this.forsaken = true
    this.abort(reason, 'timeout')
    this.sink.fail(reason)
  }

  override ok(value: T): void {
    if (!this.open) return
    this.close()
    if (!this.forsaken) this.sink.ok(value)
  }

  override fail(error: unknown): void {
    if (!this.open) return
    this.close()
    if (!this.forsaken) this.sink.fail(error)
  }
}

/** Answers for the inside after `ms`, aborts it, and leaves it running if it does not listen. */
export function impatient(clock: Clock, ms: number): Policy {
  return definePolicy({
    kind: 'impatient',
    layer: (inner) => (call, operation, sink) => {
      const child = new ForsakenCall(nodeOf(call), sink)
      clock.setTimer(() => child.forsake(new Error('impatient')), ms)
      inner(child, operation, child)
    },
  })
}

/** Tries again after a pause. */
export function retrying(clock: Clock, attempts: number, pause: number): Policy {
  return policy('retrying', async (next, call: Call) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await next()
      } catch (error) {
        if (attempt === attempts || call.aborted) throw error
        if (pause > 0) await delay(clock, pause)
      }
    }
  })
}

/** A second run beside the first, when that is slow; the first to answer wins, and nobody waits for the loser. */
export function racing(clock: Clock, pause: number): Policy {
  return policy('racing', (next) => {
    const second = delay(clock, pause).then(() => next())
    second.catch(() => {})
    return Promise.race([next(), second])
  })
}
