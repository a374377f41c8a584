import type { SeededRandom } from '@holdfast/testing'
import type { CallOptions } from 'holdfast'
import { type Leak, leave } from './leak.ts'
import { type Plan, planOf } from './plan.ts'
import { Signals } from './signals.ts'
import type { Subject } from './subject.ts'
import { Tally } from './tally.ts'
import { Work } from './work.ts'

/** Calls at once. */
const WIDTH = 200
/** A caller lets the event loop turn after so many calls that were answered at once. */
const STRIDE = 4

/** Those who call the subject, wait for the answers, and give up now and then. */
export class Callers {
  readonly tally: Tally = new Tally()
  readonly signals: Signals = new Signals()
  readonly work: Work
  private next = 0
  private readonly subject: Subject
  private readonly random: SeededRandom
  private readonly leak: Leak | undefined

  constructor(subject: Subject, random: SeededRandom, leak: Leak | undefined) {
    this.subject = subject
    this.random = random.fork('plans')
    this.leak = leak
    this.work = new Work(random.fork('work'))
  }

  /** Makes all calls before the one numbered `to`, and waits for their answers and for all that they have left running. */
  async callUpTo(to: number): Promise<void> {
    this.tally.expect(this.next, to)
    await Promise.all(Array.from({ length: WIDTH }, () => this.callOneByOne(to)))
    this.tally.close()
    while (this.work.running > 0) await pause(5)
  }

  private async callOneByOne(to: number): Promise<void> {
    for (let made = 1; this.next < to; made++) {
      await this.call(planOf(this.next++, this.random))
      if (made % STRIDE === 0) await pause(0)
    }
  }

  private call(plan: Plan): Promise<void> {
    const { pipeline } = this.subject
    const signal = this.signalFor(plan)
    if (this.leak !== undefined) leave(this.leak, plan, this.subject, this.signals.shared(1))
    const options: CallOptions = { key: plan.key, context: plan, signal }
    const done = this.leak === 'answer' && plan.id === 1_000 ? { ...plan, id: 999 } : plan
    return pipeline
      .execute((call) => this.work.run(done, call), options)
      .then(
        (answer) => this.tally.ok(plan, answer),
        (error) => this.tally.fail(plan, error, signal),
      )
  }

  private signalFor({ delay, givesUp, id, shares }: Plan): AbortSignal | undefined {
    if (givesUp === 'never') return shares ? this.signals.shared(id) : undefined
    const own = this.signals.own()
    const giveUp = (): void => own.abort(new Error(`the caller of ${id} gave up`))
    if (givesUp === 'before') giveUp()
    else if (givesUp === 'after a poll') setImmediate(giveUp)
    else setTimeout(giveUp, delay)
    return own.signal
  }
}

/** Lets `ms` pass; with 0 the event loop turns once. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) setImmediate(resolve)
    else setTimeout(resolve, ms)
  })
}
