import { experiment as declared, type Progress, type Result, runExperiment } from '@holdfast/load'
import type { TailExperiment } from './tail-experiment.ts'

export interface Done {
  readonly experiment: TailExperiment
  readonly result: Result
  /** What it came to without the policy. */
  readonly control: Result
}

export interface RunAll {
  readonly seeds: readonly number[]
  readonly quick: boolean
  /** How many run at a time. */
  readonly jobs: number
  readonly signal: AbortSignal
  /** Told a few times a second how far the run of this name is. */
  progress(name: string, progress: Progress): void
  done(done: Done): void
  failed(name: string, error: unknown): void
}

/** Runs experiments, each with its policy and then without it, some of them at a time. */
export async function runAll(experiments: readonly TailExperiment[], how: RunAll): Promise<void> {
  const waiting = [...experiments]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !how.signal.aborted; next = waiting.shift()) {
      try {
        how.done(await runBoth(next, how))
      } catch (error) {
        how.failed(next.name, error)
      }
    }
  }
  await Promise.all(Array.from({ length: how.jobs }, worker))
}

/** One seed is enough to see that something fails. */
async function runBoth(experiment: TailExperiment, { seeds, quick, signal, progress }: RunAll): Promise<Done> {
  const { name, declare } = experiment
  const run = (policy: boolean, seeds: readonly number[]): Promise<Result> =>
    runExperiment(declared(declare({ seeds, quick, policy })), {
      signal,
      onProgress: (now) => progress(policy ? name : `${name} without`, now),
    })
  const result = await run(true, seeds)
  return { experiment, result, control: await run(false, seeds.slice(0, 1)) }
}
