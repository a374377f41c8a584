import type { SeededRandom } from '@holdfast/testing'
import type { Call } from 'holdfast'
import type { Behaviour, Plan } from './plan.ts'
import { type Answer, ATTEMPT_TIMEOUT, MAX_CONCURRENT, PlannedError } from './subject.ts'

/** Does what plans say, and counts what runs: nothing may run beyond the limit. */
export class Work {
  /** Attempts that were started. */
  attempts = 0
  /** Attempts that failed as planned. */
  failures = 0
  /** Attempts and their held work that run now. */
  running = 0
  /** Keys for which more ran at once than may. */
  readonly crowded: string[] = []
  private readonly runningFor = new Map<string, number>()
  private readonly random: SeededRandom

  constructor(random: SeededRandom) {
    this.random = random
  }

  run(plan: Plan, call: Call): Answer | Promise<Answer> {
    this.attempts++
    this.enter(plan.key)
    const fails = this.random() < plan.failureRate
    if (fails) this.failures++
    // Another attempt, a retry or a hedge, has better luck: it hangs no more.
    return this.behave(plan.started++ === 0 ? plan.behaviour : 'poll', plan, call, fails)
  }

  private behave(behaviour: Behaviour, plan: Plan, call: Call, fails: boolean): Answer | Promise<Answer> {
    switch (behaviour) {
      case 'plain':
        this.leave(plan.key)
        return this.outcome(plan, fails)
      case 'promise':
        return this.after(plan, fails, (done) => queueMicrotask(done))
      case 'poll':
        return this.after(plan, fails, (done) => void setImmediate(done))
      case 'delay':
        return this.after(plan, fails, (done) => void setTimeout(done, plan.delay))
      case 'deaf':
        return this.after(plan, fails, (done) => void setTimeout(done, 1.5 * ATTEMPT_TIMEOUT))
      case 'held':
        call.waitUntil(
          new Promise<void>((resolve) => {
            setTimeout(() => {
              this.leave(plan.key)
              resolve()
            }, 2 * plan.delay)
          }),
        )
        return this.after(plan, fails, (done) => void setTimeout(done, plan.delay), false)
      case 'hang':
        return new Promise((_, reject) => {
          const end = (): void => {
            this.leave(plan.key)
            reject(call.signal.reason)
          }
          if (call.aborted) end()
          else call.signal.addEventListener('abort', end, { once: true })
        })
    }
  }

  /** `last`: whether nothing of the attempt goes on beyond its answer. */
  private after(plan: Plan, fails: boolean, wait: (done: () => void) => void, last = true): Promise<Answer> {
    return new Promise((resolve, reject) => {
      wait(() => {
        if (last) this.leave(plan.key)
        try {
          resolve(this.outcome(plan, fails))
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  private outcome({ id }: Plan, fails: boolean): Answer {
    if (fails) throw new PlannedError(id)
    return { id, by: 'operation' }
  }

  private enter(key: string): void {
    this.running++
    const now = (this.runningFor.get(key) ?? 0) + 1
    this.runningFor.set(key, now)
    if (now > MAX_CONCURRENT && this.crowded.length < 10) this.crowded.push(`${key}: ${now} at once`)
  }

  private leave(key: string): void {
    this.running--
    const now = (this.runningFor.get(key) ?? 0) - 1
    if (now === 0) this.runningFor.delete(key)
    else this.runningFor.set(key, now)
  }
}
