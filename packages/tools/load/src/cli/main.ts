import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LoadError } from '../errors.ts'
import type { ProgressListener } from '../experiment/progress.ts'
import type { Result } from '../experiment/result.ts'
import { runExperiment } from '../experiment/run-experiment.ts'
import { toPlain } from '../report/plain.ts'
import { reportOf } from '../report/report.ts'
import type { RunTargetOptions } from '../target/options.ts'
import { runTarget } from '../target/run-target.ts'
import { progressDisplay, type Screen } from '../terminal/progress-display.ts'
import { tableOf } from '../terminal/table.ts'
import { type Command, type Outputs, parseArguments } from './arguments.ts'
import { readExperiments } from './experiment-file.ts'
import { usage } from './usage.ts'

/** What the command has to do with the world. */
export interface World {
  /** Standard output. */
  print(text: string): void
  /** Where progress and complaints go: standard error. */
  readonly screen: Screen
  /** Aborts when the user wants it to end. */
  readonly signal: AbortSignal
}

const exitCodes = { passed: 0, failed: 1, impossible: 2 } as const

type Work = Extract<Command, Outputs>

/** Runs the command and returns its exit code; nothing of a run is left when it resolves. */
export async function main(args: readonly string[], world: World): Promise<number> {
  const display = progressDisplay(world.screen)
  try {
    const command = parseArguments(args)
    if (command.type === 'help') world.print(usage)
    else if (command.type === 'version') world.print(`${version()}\n`)
    else return await work(command, world, command.quiet ? undefined : display.show, display.clear)
    return exitCodes.passed
  } catch (error) {
    display.clear()
    if (world.signal.aborted) world.screen.write('interrupted\n')
    else world.screen.write(`holdfast-load: ${sentenceOf(error)}\n`)
    return exitCodes.impossible
  }
}

async function work(
  command: Work,
  { print, screen, signal }: World,
  onProgress: ProgressListener | undefined,
  clear: () => void,
): Promise<number> {
  // Before anything runs: a path that cannot be written to should not cost ten minutes.
  for (const path of [command.json, command.report]) if (path !== undefined && path !== '-') prepare(path)
  const results: Result[] = []
  for await (const result of resultsOf(command, { onProgress, signal })) {
    clear()
    if (!command.quiet && command.json !== '-') print(`${results.length > 0 ? '\n' : ''}${tableOf(result)}\n`)
    results.push(result)
  }
  if (command.json !== undefined) {
    const plain = results.map(toPlain)
    const text = `${JSON.stringify(plain.length === 1 ? plain[0] : plain, null, 2)}\n`
    if (command.json === '-') print(text)
    else writeFileSync(command.json, text)
  }
  if (command.report !== undefined) {
    writeFileSync(command.report, reportOf(results))
    if (!command.quiet) screen.write(`report: ${command.report}\n`)
  }
  return results.every(({ passed }) => passed) ? exitCodes.passed : exitCodes.failed
}

function prepare(path: string): void {
  const folder = dirname(path)
  // The folder itself is made; a path of several that are not there is more likely a mistake.
  if (!existsSync(folder)) mkdirSync(folder)
  appendFileSync(path, '')
}

interface Hooks {
  readonly onProgress: ProgressListener | undefined
  readonly signal: AbortSignal
}

async function* resultsOf(command: Work, hooks: Hooks): AsyncGenerator<Result> {
  if (command.type === 'target') yield await runTarget(command.url, { ...(command.load as RunTargetOptions), ...hooks })
  else for (const one of await readExperiments(command.path, command.only)) yield await runExperiment(one, hooks)
}

/** Our own errors and those of a command line are sentences; of any other the place is worth something, too. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const ours = error instanceof LoadError || error instanceof RangeError || error instanceof SyntaxError
  const said = ours || error instanceof TypeError || 'code' in error
  return said ? error.message : (error.stack ?? error.message)
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
