import { seededRandom } from '@holdfast/testing'
import { Callers } from './callers.ts'
import type { Leak } from './leak.ts'
import { leftovers } from './leftovers.ts'
import { subject } from './subject.ts'

/** What is there after so many calls, when none is under way. */
export interface Checkpoint {
  readonly calls: number
  readonly heap: number
  readonly resources: readonly string[]
  /** Listeners on the users' signals. */
  readonly listeners: number
  /** What breakers and bulkheads still have, in a sentence each. */
  readonly busy: readonly string[]
}

export interface Outcome {
  readonly calls: number
  readonly seconds: number
  readonly checkpoints: readonly Checkpoint[]
  readonly byOperation: number
  readonly byFallback: number
  readonly aborted: number
  readonly attempts: number
  readonly failures: number
  /** How often the policies told what. */
  readonly told: ReadonlyMap<string, number>
  /** Answers that were wrong, errors that should not be, limits that were passed. */
  readonly wrong: readonly string[]
}

export interface SoakOptions {
  readonly calls: number
  readonly seed: number
  readonly leak?: Leak | undefined
  readonly onCheckpoint: (checkpoint: Checkpoint) => void
}

/** How often everything is let come to rest and looked at. */
const CHECKPOINTS = 20

export async function soak({ calls, seed, leak, onCheckpoint }: SoakOptions): Promise<Outcome> {
  // A pipe is opened when it is first spoken of.
  void process.stdout
  const before = process.getActiveResourcesInfo()
  const start = process.hrtime.bigint()
  const tested = subject()
  const callers = new Callers(tested, seededRandom(seed), leak)
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', onUnhandled)

  const checkpoints: Checkpoint[] = []
  for (let step = 1; step <= CHECKPOINTS; step++) {
    const upTo = Math.round((calls * step) / CHECKPOINTS)
    await callers.callUpTo(upTo)
    const left = await leftovers(before)
    const checkpoint = { calls: upTo, ...left, listeners: callers.signals.listeners(), busy: tested.busy() }
    checkpoints.push(checkpoint)
    onCheckpoint(checkpoint)
  }
  process.off('unhandledRejection', onUnhandled)

  const { tally, work } = callers
  return {
    calls,
    seconds: Number(process.hrtime.bigint() - start) / 1e9,
    checkpoints,
    byOperation: tally.byOperation,
    byFallback: tally.byFallback,
    aborted: tally.aborted,
    attempts: work.attempts,
    failures: work.failures,
    told: tested.told,
    wrong: [
      ...tally.wrong,
      ...work.crowded,
      ...tested.strange.map((error) => `the fallback was given ${String(error)}`),
      ...unhandled.map((reason) => `nobody handled ${String(reason)}`),
    ],
  }
}
