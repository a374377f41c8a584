import { checkFunction } from '@holdfast/core'
import { LoadError } from '../errors.ts'
import type { Result } from '../experiment/result.ts'
import { runUrl } from '../experiment/run-arm.ts'
import { machineTime } from '../process/machine-time.ts'
import type { Recording } from '../recording/recording.ts'
import type { Run } from '../recording/run.ts'
import { judge } from '../verdict/judge.ts'
import { lifeline, longestSilence } from './lifeline.ts'
import { type RunTargetOptions, resolveTarget, type TargetPlan } from './options.ts'
import { preflight } from './preflight.ts'

/** Loads a server that is there, at a constant rate, and judges what it came to. */
export async function runTarget(url: string | URL, options: RunTargetOptions): Promise<Result> {
  const plan = resolveTarget(url, options)
  const { onProgress, signal } = options
  if (onProgress !== undefined) checkFunction('onProgress', onProgress)
  const date = new Date()
  await preflight({ ...plan, timeout: plan.load.timeout, signal })

  const alive = lifeline()
  const place = { title: plan.url, arm: plan.url, seed: 0, run: 0, runs: 1 }
  const run = await runUrl(plan.url, plan.load, plan, {
    signal,
    recorded(recording, share) {
      onProgress?.({ ...place, share, recording })
      const { answered, all } = recording
      if (!plan.keepGoing && alive.isCut(machineTime(), answered, all.count - answered)) throw silence(plan, recording)
    },
  })
  if (!plan.keepGoing) checkEnd(plan, run)

  const verdicts = plan.verdicts.map((verdict) => judge(verdict, [{ [plan.url]: run }]))
  const passed = verdicts.every((verdict) => verdict.passed)
  return { name: plan.url, about: '', arms: [plan.url], seeds: [0], runs: [run], verdicts, passed, date }
}

function silence({ url }: TargetPlan, { failures }: Recording): LoadError {
  const most = Object.keys(failures)[0] ?? 'nothing'
  const seconds = longestSilence / 1_000
  return new LoadError('ERR_LOAD_TARGET', `${url} stopped answering (${most}): no answer for ${seconds} s, broken off`)
}

/** A server that died so late that the silence was too short to be noticed. */
function checkEnd({ url, load }: TargetPlan, { recording, duration }: Run): void {
  const rest = Math.min(1_000, duration / 2)
  const due = (rest / 1_000) * load.rate
  if (due < 10 || duration - recording.lastAnswer <= rest) return
  const most = Object.keys(recording.failures)[0] ?? 'nothing'
  const when = (recording.lastAnswer / 1_000).toFixed(1)
  throw new LoadError('ERR_LOAD_TARGET', `${url} stopped answering after ${when} s (${most})`)
}
