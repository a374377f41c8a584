import { tableOf } from '@holdfast/load'
import { type Arguments, parseArguments } from './arguments.ts'
import { experiments } from './experiments.ts'
import { controlFails, findingOf, holds } from './finding.ts'
import { keep } from './keep.ts'
import { type Done, runAll } from './run-all.ts'
import { Status } from './status.ts'

const exitCodes = { passed: 0, failed: 1, impossible: 2, interrupted: 130 } as const

async function main({ names, seeds, jobs, quick }: Arguments): Promise<number> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const status = new Status(process.stderr)
  let passed = true

  await runAll(
    experiments.filter(({ name }) => names.includes(name)),
    {
      seeds,
      quick,
      jobs,
      signal: interrupted.signal,
      progress: (name, progress) => status.show(name, progress),
      done(done) {
        const { name, claim } = done.experiment
        const finding = findingOf(name, claim, done.result, done.control)
        passed &&= holds(finding) && controlFails(finding)
        status.ended(name)
        console.log(textOf(done, controlFails(finding)))
        // What is shorter than it should be is no result.
        if (!quick) keep(finding, done.result)
      },
      failed(name, error) {
        passed = false
        status.ended(name)
        if (!interrupted.signal.aborted) console.error(`\n${name} could not be run: ${messageOf(error)}`)
      },
    },
  )
  if (interrupted.signal.aborted) return exitCodes.interrupted
  return passed ? exitCodes.passed : exitCodes.failed
}

function textOf({ result, control }: Done, fails: boolean): string {
  const lines = control.verdicts.map(
    ({ text, passed, shown }) => `  ${passed ? 'holds' : 'fails'}: ${text}   (${shown})`,
  )
  return ['', tableOf(result), '', `${fails ? '✓ fails' : '✗ DOES NOT FAIL'} without the policy`, ...lines].join('\n')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

try {
  process.exitCode = await main(
    parseArguments(
      process.argv.slice(2),
      experiments.map(({ name }) => name),
    ),
  )
} catch (error) {
  console.error(messageOf(error))
  process.exitCode = exitCodes.impossible
}
