import type { Plan } from './plan.ts'
import type { Subject } from './subject.ts'

/** What can be done wrong on purpose, to see that the soak sees it. */
export const leaks = ['memory', 'listener', 'timer', 'permit', 'answer'] as const

export type Leak = (typeof leaks)[number]

const kept: unknown[] = []

/** Does what `leak` says beside the call of `plan`. */
export function leave(leak: Leak, plan: Plan, { pipeline }: Subject, shared: AbortSignal): void {
  if (leak === 'memory') kept.push(new Array(32).fill(plan.id))
  if (plan.id !== 1_000) return
  if (leak === 'listener') shared.addEventListener('abort', () => {})
  if (leak === 'timer') setTimeout(() => {}, 3_600_000)
  if (leak === 'permit') pipeline.bulkhead?.tryAcquire(1, plan.key)
}
