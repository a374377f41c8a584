import { checkFunction, checkOptions, wrongType } from '@holdfast/core'
import type { Run } from '../recording/run.ts'
import { judge } from '../verdict/judge.ts'
import type { Trial } from '../verdict/verdict.ts'
import { type Experiment, planOf } from './experiment.ts'
import type { ProgressListener } from './progress.ts'
import type { Result } from './result.ts'
import { runArm } from './run-arm.ts'

export interface RunExperimentOptions {
  /** Told a few times a second how far things are. */
  readonly onProgress?: ProgressListener | undefined
  /** Ends the run and its processes; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs every arm with every seed, one after the other, and judges. The arms of a seed follow each other, so that whatever
 * else the machine does befalls all of them alike.
 */
export async function runExperiment(experiment: Experiment, options: RunExperimentOptions = {}): Promise<Result> {
  const plan = planOf(experiment) ?? wrongType('experiment', 'what experiment() returns', experiment)
  const { onProgress, signal } = checkOptions('options', options)
  if (onProgress !== undefined) checkFunction('onProgress', onProgress)
  const { name, about, arms, seeds, verdicts } = plan
  const date = new Date()
  const runs: Run[] = []

  for (const seed of seeds) {
    for (const arm of arms) {
      const place = { title: name, arm: arm.name, seed, run: runs.length, runs: arms.length * seeds.length }
      const run = await runArm(arm, seed, {
        signal,
        recorded: (recording, share) => onProgress?.({ ...place, share, recording }),
      })
      runs.push(run)
    }
  }

  const trials = seeds.map((seed): Trial => Object.fromEntries(ofSeed(runs, seed).map((run) => [run.arm, run])))
  const judgements = verdicts.map((verdict) => judge(verdict, trials))
  const passed = judgements.every((judgement) => judgement.passed)
  return { name, about, arms: arms.map((arm) => arm.name), seeds, runs, verdicts: judgements, passed, date }
}

function ofSeed(runs: readonly Run[], seed: number): Run[] {
  return runs.filter((run) => run.seed === seed)
}
