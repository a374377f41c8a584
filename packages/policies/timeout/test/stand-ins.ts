import {
  type AbortListener,
  type Call,
  ChildCall,
  type Clock,
  classify,
  defaultClassify,
  definePolicy,
  deriveCall,
  nodeOf,
  type Operation,
  type Policy,
  policy,
  type Run,
  type Sink,
} from '@holdfast/core'

// Policies that do what retries, hedges, fallbacks and careless users do, each as briefly as it can be done.

export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(resolve, ms))
}

/** Tries again after a pause, with calls that know their number. */
export function retrying(clock: Clock, attempts: number, pause: number): Policy {
  return policy('retrying', async (next, call) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await next(attempt === 1 ? call : deriveCall(call, { attempt }))
      } catch (error) {
        if (attempt === attempts) throw error
        if (pause > 0) await delay(clock, pause)
      }
    }
  })
}

/** A second run beside the first, when that is slow; the first to answer wins. */
export function racing(clock: Clock, pause: number): Policy {
  return policy('racing', (next) =>
    Promise.race([
      next(),
      delay(clock, pause).then(() => {
        const second = next()
        second.catch(() => {})
        return second
      }),
    ]),
  )
}

/** Does not wait longer than `ms`, and leaves the inside alone. */
export function impatient(clock: Clock, ms: number): Policy {
  return policy('impatient', (next) =>
    Promise.race([
      next(),
      delay(clock, ms).then(() => {
        throw new Error('impatient')
      }),
    ]),
  )
}

/** Answers with what it started first, at once, and lets a second run go on behind. */
export function refreshing(): Policy {
  return policy('refreshing', (next) => {
    const answer = next()
    next()
    return answer
  })
}

export function judging(): Policy {
  return classify((outcome, call) => defaultClassify(outcome, call))
}

/** Keeps the answer back for a while, on the very call that it was given. */
export function slowToAnswer(clock: Clock, ms: number): Policy {
  return definePolicy({
    kind: 'slow-to-answer',
    layer: (inner) => (call, operation, sink) =>
      inner(call, operation, {
        ok: (value) => void clock.setTimer(() => wakeAnd(call, () => sink.ok(value)), ms),
        fail: (error) => void clock.setTimer(() => wakeAnd(call, () => sink.fail(error)), ms),
      }),
  })
}

/** Answers twice, as no layer may. */
export function stuttering(): Policy {
  return definePolicy({
    kind: 'stuttering',
    layer: (inner) => (call, operation, sink) =>
      inner(call, operation, {
        ok(value) {
          sink.ok(value)
          sink.fail(new Error('a second answer'))
        },
        fail(error) {
          sink.fail(error)
          sink.fail(new Error('a second answer'))
        },
      }),
  })
}

class Attempt<T> extends ChildCall<T> {
  private readonly number: number

  constructor(call: Call, sink: Sink<T>, number: number) {
    super(nodeOf(call), sink)
    this.number = number
  }

  override get attempt(): number {
    return this.number
  }
}

class Pause implements AbortListener {
  private readonly stop: (reason: unknown) => void

  constructor(stop: (reason: unknown) => void) {
    this.stop = stop
  }

  onAbort(reason: unknown): void {
    this.stop(reason)
  }
}

/** A retry as the library writes it: on sinks, with a child call for each attempt, and listening while it pauses. */
export function sinkRetrying(clock: Clock, attempts: number, pause: number): Policy {
  function attempt<T>(inner: Run, call: Call, operation: Operation<T>, sink: Sink<T>, number: number): void {
    const node = nodeOf(call)
    const child = new Attempt<T>(
      call,
      {
        ok: (value) => sink.ok(value),
        fail(error) {
          if (number === attempts || node.aborted) return sink.fail(error)
          const listener = new Pause((reason) => {
            timer.cancel()
            node.unlisten(listener)
            sink.fail(reason)
          })
          const timer = clock.setTimer(() => {
            node.unlisten(listener)
            node.wake()
            attempt(inner, call, operation, sink, number + 1)
          }, pause)
          node.listen(listener)
        },
      },
      number,
    )
    inner(child, operation, child)
  }
  return definePolicy({
    kind: 'sink-retrying',
    layer: (inner) => (call, operation, sink) => attempt(inner, call, operation, sink, 1),
  })
}

/** A hedge as the library writes it: the first answer wins, and the loser is cancelled and not waited for. */
export function sinkHedging(clock: Clock, pause: number): Policy {
  return definePolicy({
    kind: 'sink-hedging',
    layer:
      (inner) =>
      <T>(call: Call, operation: Operation<T>, sink: Sink<T>) => {
        const node = nodeOf(call)
        const running = new Set<ChildCall<T>>()
        let answered = false
        const answer = (winner: ChildCall<T>, tell: () => void): void => {
          running.delete(winner)
          if (answered) return
          answered = true
          timer.cancel()
          for (const loser of running) loser.abort(new Error('lost'), 'cancelled')
          tell()
        }
        const run = (number: number): void => {
          const child: ChildCall<T> = new Attempt<T>(
            call,
            {
              ok: (value) => answer(child, () => sink.ok(value)),
              fail: (error) => answer(child, () => sink.fail(error)),
            },
            number,
          )
          running.add(child)
          inner(child, operation, child)
        }
        const timer = clock.setTimer(() => {
          node.wake()
          if (!answered && !node.aborted) run(2)
        }, pause)
        run(1)
      },
  })
}

function wakeAnd(call: Call, fn: () => void): void {
  nodeOf(call).wake()
  fn()
}
