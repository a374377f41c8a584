import { constant, type StandardPipeline, type StandardPipelineEvent, standardPipeline } from 'holdfast'
import { KEYS, type Plan } from './plan.ts'

/** How many may run at once for one key. */
export const MAX_CONCURRENT = 8
export const ATTEMPT_TIMEOUT = 40

/** An operation failed as it was planned to. */
export class PlannedError extends Error {
  readonly id: number

  constructor(id: number) {
    super(`call ${id} fails as planned`)
    this.id = id
  }
}

/** What a call is answered with, by whomever. */
export interface Answer {
  readonly id: number
  readonly by: 'operation' | 'fallback'
}

/** The pipeline under test: every outbound policy, state by key. */
export interface Subject {
  readonly pipeline: StandardPipeline<Answer>
  /** What the policies told, by type. */
  readonly told: ReadonlyMap<string, number>
  /** What the fallback was given that it never should be. */
  readonly strange: readonly unknown[]
  /** What is not idle, in a sentence each. */
  busy(): string[]
}

const EXPECTED = new Set(['ERR_TIMEOUT', 'ERR_CIRCUIT_OPEN', 'ERR_BULKHEAD_FULL'])

export function subject(): Subject {
  const told = new Map<string, number>()
  const strange: unknown[] = []
  const pipeline = standardPipeline<Answer>({
    timeout: 250,
    attemptTimeout: ATTEMPT_TIMEOUT,
    maxAttempts: 3,
    idempotent: true,
    maxConcurrent: MAX_CONCURRENT,
    maxQueued: 8,
    backoff: constant(2, { jitter: 'full' }),
    breaker: { minCalls: 10, window: 1_000, openFor: 20 },
    fallback: (error, { context }) => {
      const { id } = context as Plan
      if (!isExpected(error, id) && strange.length < 10) strange.push(error)
      return { id, by: 'fallback' }
    },
    onEvent: ({ type }: StandardPipelineEvent) => {
      told.set(type, (told.get(type) ?? 0) + 1)
    },
  })

  return {
    pipeline,
    told,
    strange,
    busy() {
      return KEYS.flatMap((key) => {
        const { running = 0, queued = 0 } = pipeline.bulkhead?.snapshot(key) ?? {}
        const { inFlight = 0, probing = 0 } = pipeline.breaker?.snapshot(key) ?? {}
        const idle = running + queued + inFlight + probing === 0
        return idle ? [] : [`${key}: ${running} running, ${queued} queued, ${inFlight} in flight, ${probing} probing`]
      })
    },
  }
}

function isExpected(error: unknown, id: number): boolean {
  if (error instanceof PlannedError) return error.id === id
  return error instanceof Error && 'code' in error && EXPECTED.has(String(error.code))
}
