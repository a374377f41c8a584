import { getEventListeners } from 'node:events'
import { aimd, codel } from '@holdfast/admission'
import { type Call, type CallOptions, definePolicy, type Policy, type Priority, pipeline } from '@holdfast/core'
import { type ManualClock, manualClock, type SeededRandom, seededRandom } from '@holdfast/testing'
import { type BulkheadEvent, type BulkheadOptions, type BulkheadPolicy, bulkhead } from '../src/index.ts'
import { delay, impatient, racing, retrying } from './stand-ins.ts'

/** Longer than anything here takes, one after the other. */
const FOREVER = 100_000

const PRIORITIES: readonly Priority[] = ['background', 'normal', 'critical']
const KEYS: readonly (string | undefined)[] = [undefined, 'a', 'b', 'c']

/** Work behind one permit that has not settled yet. */
interface Passage {
  works: number
  readonly weight: number
  readonly key: string | undefined
}

/**
 * One simulated story: a bulkhead in some pipelines, callers, aborts, works that ignore their signals, and changes of mind.
 * Everything in it follows from the seed. Throws when the story breaks a promise.
 */
export async function interleave(seed: number): Promise<void> {
  try {
    await new Story(seededRandom(seed)).play()
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

class Story {
  private readonly random: SeededRandom
  private readonly clock: ManualClock = manualClock({ settling: 'microtasks' })
  private readonly hold: BulkheadPolicy
  private readonly weighted: boolean
  private readonly keyed: boolean
  private readonly pipelines: Policy[]
  private readonly controllers = [new AbortController(), new AbortController()]
  private readonly passages = new Set<Passage>()
  private readonly wrongs: string[] = []
  /** How many calls wait, by what was told. */
  private waiting = 0
  private pending = 0

  constructor(random: SeededRandom) {
    this.random = random
    this.weighted = random() < 0.3
    this.keyed = random() < 0.3
    this.hold = bulkhead({ ...this.options(), clock: this.clock })
    this.pipelines = Array.from({ length: random.int(1, 3) }, () => this.pipeline())
  }

  async play(): Promise<void> {
    const { random, clock } = this
    for (let caller = random.int(2, 8); caller > 0; caller--) this.sometime(40, () => this.call())
    if (random() < 0.3) this.sometime(40, () => void this.byHand())
    if (random() < 0.3) this.sometime(40, () => void this.map())
    if (random() < 0.3) this.sometime(60, () => this.changeMind())
    for (const controller of this.controllers) {
      if (random() < 0.6) this.sometime(60, () => controller.abort(new Error('gave up')))
    }
    await clock.advance(FOREVER)
    this.judge()
  }

  private judge(): void {
    const { wrongs, clock, hold } = this
    for (const key of KEYS) {
      const { running, queued } = hold.snapshot(key)
      if (running !== 0) wrongs.push(`${running} permits were lost`)
      if (queued !== 0) wrongs.push(`${queued} calls still wait`)
    }
    if (this.waiting !== 0) wrongs.push(`it was not told what became of ${this.waiting} that waited`)
    if (this.pending !== 0) wrongs.push(`${this.pending} calls were never answered`)
    if (clock.pending !== 0) wrongs.push(`${clock.pending} timers are left`)
    if (clock.retained !== 0) wrongs.push(`${clock.retained} calls keep the process alive`)
    for (const { signal } of this.controllers) {
      const left = getEventListeners(signal, 'abort').length
      if (left !== 0) wrongs.push(`${left} listeners are left on a signal`)
    }
    if (wrongs.length > 0) throw new Error(wrongs.join('; '))
  }

  private sometime(within: number, what: () => void): void {
    this.clock.setTimer(what, this.random.int(0, within))
  }

  private options(): BulkheadOptions {
    const { random } = this
    return {
      maxConcurrent: random() < 0.2 ? aimd({ initialLimit: 2, maxLimit: 4, slowAfter: 20 }) : random.int(1, 3),
      maxQueued: random.int(0, 6),
      queue: random.pick(['fifo', 'fifo', 'lifo', codel({ target: 2, interval: 10 })]),
      maxQueueTime: random() < 0.3 ? random.int(1, 40) : undefined,
      weight: this.weighted ? ({ context }) => Number(context) : undefined,
      key: this.keyed ? undefined : () => undefined,
      // One key has a bulkhead of its own then, and the others share one.
      maxKeys: random() < 0.5 ? 1 : undefined,
      onEvent: (event) => this.note(event),
    }
  }

  private note({ type }: BulkheadEvent): void {
    if (type === 'bulkhead.queued') this.waiting++
    if (/granted|displaced|dropped|abandoned/.test(type)) this.waiting--
  }

  /** The bulkhead with a witness behind it, who counts without asking it, among other policies. */
  private pipeline(): Policy {
    const { random } = this
    const policies = Array.from({ length: random.int(0, 3) }, () => this.policy())
    policies.splice(random.int(0, policies.length), 0, pipeline(this.hold, this.witness()))
    return pipeline(...policies)
  }

  private policy(): Policy {
    const { random, clock } = this
    switch (random.int(0, 3)) {
      case 0:
        return retrying(clock, random.int(2, 3), random.int(0, 10))
      case 1:
        return racing(clock, random.int(0, 10))
      default:
        return impatient(clock, random.int(1, 30))
    }
  }

  private witness(): Policy {
    return definePolicy({
      kind: 'witness',
      layer: (inner) => (call, operation, sink) => {
        const passage = this.admitted(call.key, this.weighted ? Number(call.context) : 1)
        inner(call, (inmost) => this.started(passage, inmost, () => operation(inmost)), sink)
      },
    })
  }

  /** Somebody was let in: with all whose work has not settled, no more than the limit, or nobody else is there. */
  private admitted(stated: string | undefined, weight: number): Passage {
    const key = this.keyed ? stated : undefined
    const others = [...this.passages].filter((other) => other.key === key && other.works > 0)
    const inside = others.reduce((sum, other) => sum + other.weight, 0)
    const { limit } = this.hold.snapshot(key)
    if (others.length > 0 && inside + weight > limit)
      this.wrongs.push(`${inside} + ${weight} behind a limit of ${limit}`)
    const passage: Passage = { works: 0, weight, key }
    this.passages.add(passage)
    return passage
  }

  private started<T>(passage: Passage, call: Call, operation: () => T): T {
    if (call.aborted) this.wrongs.push('an operation was started in an aborted call')
    const { waitUntil } = call
    call.waitUntil = (held) => {
      this.counted(passage, held)
      waitUntil.call(call, held)
    }
    passage.works++
    try {
      const answer = operation()
      if (answer instanceof Promise) this.counted(passage, answer)
      return answer
    } finally {
      passage.works--
    }
  }

  /** Hears of the end of `work` before the library does. */
  private counted(passage: Passage, work: PromiseLike<unknown>): void {
    passage.works++
    const done = (): void => void passage.works--
    work.then(done, done)
  }

  /** One caller; what he is promised is held against what he gets. */
  private call(): void {
    const { random, clock, wrongs } = this
    const options: CallOptions = {
      signal: random() < 0.5 ? random.pick(this.controllers).signal : undefined,
      timeout: random() < 0.3 ? random.int(1, 50) : undefined,
      priority: random.pick(PRIORITIES),
      key: random.pick(KEYS),
      context: random.int(1, 3),
    }
    const { signal, timeout = Infinity } = options
    const deadline = clock.now() + timeout
    this.pending++
    const answered = (): void => {
      this.pending--
      if (clock.now() > deadline) wrongs.push(`answered at ${clock.now()}, with a deadline at ${deadline}`)
    }
    random
      .pick(this.pipelines)
      .execute(this.operation(), options)
      .then(answered, (error: unknown) => {
        answered()
        if (signal?.aborted && String(error) === 'Error: gave up' && error !== signal.reason)
          wrongs.push('another reason')
      })
  }

  private operation(): (call: Call) => unknown {
    const { random, clock } = this
    const kind = random.int(0, 6)
    const takes = random.int(0, 40)
    const holds = random.int(0, 30)
    const fails = random() < 0.3
    return (call) => {
      const slow = async (): Promise<string> => {
        await delay(clock, takes)
        if (fails) throw new Error('failed')
        return 'done'
      }
      switch (kind) {
        case 0:
          if (fails) throw undefined
          return 'at once'
        case 1:
          call.waitUntil(delay(clock, holds))
          return fails ? Promise.reject(new Error('failed')) : 'streaming'
        case 2:
        case 3:
          return this.listening(call, takes)
        case 4:
          return slow().then((value) => {
            call.waitUntil(delay(clock, holds))
            return value
          })
        default:
          return slow()
      }
    }
  }

  /** Stops some time after it was told to, or when it is done. */
  private listening(call: Call, takes: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimer(() => resolve('done'), takes)
      const { signal } = call
      signal.addEventListener('abort', () => {
        timer.cancel()
        if (takes % 2 === 0) reject(signal.reason)
        else this.clock.setTimer(() => reject(signal.reason), takes % 5)
      })
    })
  }

  private async byHand(): Promise<void> {
    const { hold, random, clock } = this
    const weight = random.int(1, 2)
    const key = this.keyed ? random.pick(KEYS) : undefined
    if (!hold.tryAcquire(weight, key)) return
    const passage = this.admitted(key, weight)
    passage.works++
    await delay(clock, random.int(1, 30))
    passage.works--
    hold.release(weight, key)
  }

  private async map(): Promise<void> {
    const { hold, random, clock } = this
    const items = Array.from({ length: random.int(0, 5) }, () => random.int(0, 20))
    const fails = random() < 0.3
    const options = {
      concurrency: random() < 0.5 ? random.int(1, 4) : undefined,
      ordered: random() < 0.5,
      signal: random() < 0.3 ? random.pick(this.controllers).signal : undefined,
      options: () => ({ key: random.pick(KEYS), context: random.int(1, 2), priority: random.pick(PRIORITIES) }),
    }
    const work = (takes: number, call: Call): Promise<number> => {
      const passage = this.admitted(call.key, this.weighted ? Number(call.context) : 1)
      return this.started(passage, call, async () => {
        await delay(clock, takes)
        if (fails && takes > 15) throw new Error('failed')
        return takes
      })
    }
    this.pending++
    try {
      for await (const takes of hold.map(items, work, options)) if (takes === 7) break
    } catch {
      // Failed, aborted, or too heavy.
    }
    this.pending--
  }

  private changeMind(): void {
    const { maxConcurrent, maxQueued, queue, maxQueueTime } = this.options()
    const { random } = this
    this.hold.update({
      maxConcurrent: random() < 0.5 ? maxConcurrent : undefined,
      maxQueued: random() < 0.5 ? maxQueued : undefined,
      queue: random() < 0.5 ? queue : undefined,
      maxQueueTime,
    })
  }
}
