import { getEventListeners } from 'node:events'
import { type Call, type CallOptions, definePolicy, type Policy, pipeline, policy, runInCall } from '@holdfast/core'
import { type ManualClock, manualClock, type SeededRandom, seededRandom } from '@holdfast/testing'
import { timeout } from '../src/index.ts'
import { type Gate, gate } from './gate.ts'
import {
  delay,
  impatient,
  judging,
  racing,
  refreshing,
  retrying,
  sinkHedging,
  sinkRetrying,
  slowToAnswer,
  stuttering,
} from './stand-ins.ts'

/** Longer than anything here takes, one after the other. */
const FOREVER = 100_000

/** Work below one passage through a gate that has not settled yet. */
interface Passage {
  works: number
}

interface GuardedGate {
  readonly gate: Gate
  /** The gate with a witness behind it, who counts without asking the library. */
  readonly policy: Policy
  /** The most passages with unsettled work at one time. */
  most: number
}

/**
 * One simulated story: a few pipelines with gates of 1, some callers, aborts, works that ignore their signals. Everything in
 * it follows from the seed. Throws when the story breaks a promise.
 */
export async function interleave(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const story = new Story(random)
  try {
    await story.play()
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

class Story {
  private readonly random: SeededRandom
  private readonly clock: ManualClock = manualClock({ settling: 'microtasks' })
  private readonly gates: GuardedGate[] = []
  private readonly pipelines: Policy[] = []
  private readonly controllers: AbortController[] = []
  private readonly wrongs: string[] = []
  /** The passages around the operation that is being started. */
  private enclosing: readonly Passage[] = []
  private pendingCalls = 0

  constructor(random: SeededRandom) {
    this.random = random
  }

  async play(): Promise<void> {
    const { random, clock } = this
    const gates = random.int(1, 2)
    for (let n = 0; n < gates; n++) this.gates.push(this.guardedGate())
    const pipelines = random.int(1, 3)
    for (let n = 0; n < pipelines; n++) this.pipelines.push(this.pipeline(n === 0 ? this.gates[0] : undefined))
    for (let n = 0; n < 2; n++) this.controllers.push(new AbortController())

    const callers = random.int(1, 6)
    for (let n = 0; n < callers; n++) {
      const pipe = random.pick(this.pipelines)
      const start = (): void => void this.call(pipe, this.options(), 0)
      if (random() < 0.4) start()
      else clock.setTimer(start, random.int(0, 40))
    }
    for (const controller of this.controllers) {
      if (random() < 0.6) clock.setTimer(() => controller.abort(new Error('gave up')), random.int(0, 60))
    }
    await clock.advance(FOREVER)
    this.judge()
  }

  private judge(): void {
    const { wrongs, clock } = this
    for (const { gate: one, most } of this.gates) {
      if (most > 1) wrongs.push(`${most} ran at once behind a gate of 1`)
      if (one.taken !== 0) wrongs.push(`${one.taken} permits were lost`)
      if (one.waiting !== 0) wrongs.push(`${one.waiting} calls still wait`)
    }
    if (this.pendingCalls !== 0) wrongs.push(`${this.pendingCalls} calls were never answered`)
    if (clock.pending !== 0) wrongs.push(`${clock.pending} timers are left`)
    if (clock.retained !== 0) wrongs.push(`${clock.retained} calls keep the process alive`)
    for (const { signal } of this.controllers) {
      const left = getEventListeners(signal, 'abort').length
      if (left !== 0) wrongs.push(`${left} listeners are left on a signal`)
    }
    if (wrongs.length > 0) throw new Error(wrongs.join('; '))
  }

  private guardedGate(): GuardedGate {
    const own = gate(1, this.random() < 0.7 ? 'wait' : 'refuse')
    const inside = new Set<Passage>()
    const witness = definePolicy({
      kind: 'witness',
      layer: (inner) => (call, operation, sink) => {
        const passage: Passage = { works: 0 }
        inside.add(passage)
        inner(
          call,
          (inmost) => {
            const around = this.enclosing
            this.enclosing = [...around, passage]
            try {
              const result = operation(inmost)
              guarded.most = Math.max(guarded.most, [...inside].filter(({ works }) => works > 0).length)
              return result
            } finally {
              this.enclosing = around
            }
          },
          sink,
        )
      },
    })
    const guarded: GuardedGate = { gate: own, policy: pipeline(own.policy, witness), most: 0 }
    return guarded
  }

  /** Between one and six policies; with `wanted` among them. */
  private pipeline(wanted: GuardedGate | undefined): Policy {
    const { random } = this
    const policies = Array.from({ length: random.int(0, 5) }, () => this.policy())
    if (wanted !== undefined) policies.splice(random.int(0, policies.length), 0, wanted.policy)
    const split = random.int(0, policies.length)
    return random() < 0.3
      ? pipeline(...policies.slice(0, split), pipeline(...policies.slice(split)), timeout(this.time(50, 90)))
      : pipeline(...policies, timeout({ timeout: Infinity, clock: this.clock }))
  }

  private policy(): Policy {
    const { random, clock } = this
    switch (random.int(0, 11)) {
      case 0:
      case 1:
        return timeout(this.time(1, 30))
      case 2: {
        const times = [random.int(1, 30), random.int(1, 30), Infinity]
        return timeout({ timeout: () => random.pick(times), clock })
      }
      case 3:
        return judging()
      case 4:
        return retrying(clock, random.int(2, 3), random.int(0, 10))
      case 5:
        return racing(clock, random.int(0, 10))
      case 6:
        return impatient(clock, random.int(1, 20))
      case 7:
        return refreshing()
      case 8:
        return slowToAnswer(clock, random.int(0, 10))
      case 9:
        return random() < 0.5 ? stuttering() : policy('through', (next) => next())
      case 10:
        return sinkRetrying(clock, random.int(2, 3), random.int(0, 10))
      default:
        return sinkHedging(clock, random.int(0, 10))
    }
  }

  private time(min: number, max: number): { timeout: number; clock: ManualClock } {
    return { timeout: this.random.int(min, max), clock: this.clock }
  }

  private options(): CallOptions {
    const { random } = this
    return {
      signal: random() < 0.5 ? random.pick(this.controllers).signal : undefined,
      timeout: random() < 0.3 ? random.int(1, 50) : undefined,
    }
  }

  /** One caller; what he is promised is held against what he gets. */
  private call(pipe: Policy, options: CallOptions, depth: number): Promise<void> {
    const { clock, wrongs } = this
    const { signal, timeout: limit = Infinity } = options
    const deadline = clock.now() + limit
    let abortedAt = signal?.aborted ? clock.now() : Infinity
    signal?.addEventListener('abort', onAbort)
    this.pendingCalls++
    const settled = (error?: unknown): void => {
      signal?.removeEventListener('abort', onAbort)
      this.pendingCalls--
      const now = clock.now()
      if (now > deadline) wrongs.push(`answered at ${now}, with a deadline at ${deadline}`)
      if (now > abortedAt) wrongs.push(`answered at ${now}, aborted at ${abortedAt}`)
      if (signal?.aborted && error !== signal.reason && now > abortedAt) wrongs.push('aborted with another reason')
    }
    function onAbort(): void {
      abortedAt = clock.now()
    }
    const operation = this.operation(depth)
    const checked = (call: Call): unknown => {
      if (call.aborted) wrongs.push('an operation was started in an aborted call')
      if (signal?.aborted) wrongs.push('an operation was started after the abort')
      if (clock.now() + call.remaining() > deadline) wrongs.push('an operation has more time than its call')
      return operation(call)
    }
    return pipe.execute(checked, options).then(
      () => settled(),
      (error: unknown) => settled(error),
    )
  }

  private operation(depth: number): (call: Call) => unknown {
    const { random } = this
    const kind = random.int(0, depth === 0 ? 9 : 7)
    const takes = random.int(0, 40)
    const fails = random() < 0.4
    const held = random.int(1, 30)
    const heldAfter = random.int(0, 50)
    const failing = random() < 0.5
    return (call) => {
      const passages = this.enclosing
      const work = <T>(promise: Promise<T>): Promise<T> => this.counted(passages, promise)
      const slow = async (): Promise<string> => {
        await delay(this.clock, takes)
        if (fails) throw new Error('failed')
        return 'done'
      }
      switch (kind) {
        case 0:
          if (fails) throw undefined
          return 'at once'
        case 1:
        case 2:
          return work(slow())
        case 3:
          return work(this.listening(call, takes))
        case 4:
          call.waitUntil(work(this.body(held, failing)))
          return fails ? Promise.reject(new Error('failed')) : 'streaming'
        case 5:
          return work(
            slow().then((value) => {
              call.waitUntil(work(this.body(held, failing)))
              return value
            }),
          )
        case 6: {
          // Says late what it waits for: counts only where something else still holds the call, so it counts nothing here.
          delay(this.clock, heldAfter).then(() => call.waitUntil(this.body(held, failing)))
          return work(slow())
        }
        case 7: {
          const { promise, resolve } = Promise.withResolvers<string>()
          // A thenable that answers more than once.
          work(slow()).then(
            () => resolve('done'),
            () => resolve('failed'),
          )
          return {
            // biome-ignore lint/suspicious/noThenProperty: what is under test
            then(onValue: (value: string) => void, onError: (error: Error) => void) {
              promise.then((value) => {
                onValue(value)
                onError(new Error('again'))
                onValue('again')
              })
            },
          }
        }
        default:
          return work(this.nested(call, passages, kind === 8))
      }
    }
  }

  /** Calls within the call: their work counts for the passages around, waited for or not. */
  private async nested(call: Call, passages: readonly Passage[], ambient: boolean): Promise<void> {
    const { random } = this
    const free = pipeline(...Array.from({ length: random.int(0, 2) }, () => this.policy()), timeout(this.time(20, 40)))
    const options = this.options()
    const start = (): Promise<void> => {
      const around = this.enclosing
      this.enclosing = passages
      try {
        const stated = ambient ? options : { ...options, parent: call }
        const run = (): Promise<void> => this.call(free, stated, 1)
        return ambient ? runInCall(call, run) : run()
      } finally {
        this.enclosing = around
      }
    }
    const first = start()
    const second = start()
    if (random() < 0.5) await first
    if (random() < 0.3) await second
  }

  /** Stops some time after it was told to, or when it is done. */
  private listening(call: Call, takes: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimer(() => resolve('done'), takes)
      const { signal } = call
      signal.addEventListener('abort', () => {
        timer.cancel()
        this.clock.setTimer(() => reject(signal.reason), takes % 5)
      })
    })
  }

  private async body(ms: number, failing: boolean): Promise<void> {
    await delay(this.clock, ms)
    if (failing) throw new Error('the body broke')
  }

  private counted<T>(passages: readonly Passage[], work: Promise<T>): Promise<T> {
    for (const passage of passages) passage.works++
    const done = (): void => {
      for (const passage of passages) passage.works--
    }
    work.then(done, done)
    return work
  }
}
