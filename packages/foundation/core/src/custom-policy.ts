import type { Call } from './call.ts'
import { type CallNode, nodeOf } from './call-node.ts'
import { ChildCall } from './child-call.ts'
import type { Operation, Run, Sink } from './operation.ts'
import { checkFunction, checkText } from './option-checks.ts'
import { definePolicy, type Policy } from './policy.ts'
import { forward } from './subscription.ts'

/** Runs the inside, as often as it is called; given a call of {@link deriveCall}, with that call. */
export type Next<T> = (call?: Call) => Promise<T>

/** What a policy of one's own does around the inside. */
export type Around = <T>(next: Next<T>, call: Call) => T | PromiseLike<T>

/**
 * A policy of one's own: `around` calls `next()` to run the inside and returns the answer, as middleware does. What it
 * starts and does not wait for keeps the permits around it until it has settled.
 */
export function policy(name: string, around: Around): Policy {
  checkText('name', name)
  checkFunction('around', around)
  return definePolicy({ kind: 'custom', name, layer: (inner) => layerOf(inner, around), options: () => ({ around }) })
}

/** What `next()` runs: what happens around it is the policy's own affair, so a timeout inside may still cover the whole. */
class InsideCall<T> extends ChildCall<T> {
  override get whole(): boolean {
    return this.parent.whole
  }
}

function layerOf(inner: Run, around: Around): Run {
  return <T>(call: Call, operation: Operation<T>, sink: Sink<T>) => {
    const run = new CustomRun(sink)
    const next: Next<T> = (given = call) => runInside(inner, nodeOf(given), operation, run)
    let result: ReturnType<typeof around<T>>
    try {
      result = around(next, call)
      if (forward<T>(result, nodeOf(call), run)) return
    } catch (error) {
      return run.fail(error)
    }
    run.ok(result)
  }
}

/** One run of a custom policy, and the sink of what `around` comes to. */
class CustomRun<T> implements Sink<T> {
  answered = false
  private readonly sink: Sink<T>

  constructor(sink: Sink<T>) {
    this.sink = sink
  }

  ok(value: T): void {
    this.answered = true
    this.sink.ok(value)
  }

  fail(error: unknown): void {
    this.answered = true
    this.sink.fail(error)
  }
}

/** Nothing starts once the policy has answered: the permits around it may be given back already. */
function runInside<T>(inner: Run, parent: CallNode, operation: Operation<T>, run: CustomRun<T>): Promise<T> {
  const promise = new Promise<T>((resolve, reject) => {
    if (run.answered || parent.over) return reject(new Error('next() was called after the policy had answered'))
    parent.wake()
    const child = new InsideCall<T>(parent, { ok: resolve, fail: reject })
    inner(child, operation, child)
  })
  // A loser that nobody waits for may fail without being called unhandled.
  promise.catch(() => {})
  return promise
}
