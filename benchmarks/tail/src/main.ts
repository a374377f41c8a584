import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pictureOf, tableOf } from '@holdfast/load'
import { experiments } from './experiments.ts'
import { controlFails, type Finding, findingOf, holds } from './finding.ts'
import { page } from './page.ts'
import { type Done, runAll } from './run-all.ts'

const results = new URL('../../results/', import.meta.url)
const kept = new URL('tail.json', results)

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    jobs: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
  },
})
const { quick } = values
const stranger = names.find((name) => !experiments.some((experiment) => experiment.name === name))
if (stranger !== undefined)
  refuse(`there is no ${stranger}; there are ${experiments.map(({ name }) => name).join(', ')}`)
const seeds = Array.from({ length: count('seeds', quick ? '1' : values.seeds) }, (_, at) => at + 1)
const jobs = count('jobs', values.jobs)
const chosen = experiments.filter(({ name }) => names.length === 0 || names.includes(name))

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())

let good = true
const begin = performance.now()
await runAll(chosen, { seeds, quick, jobs, signal: interrupted.signal, done: tell, failed: complain })
console.error(`${Math.round((performance.now() - begin) / 1_000)} s`)
process.exitCode = interrupted.signal.aborted ? 130 : good ? 0 : 1

function tell({ experiment: { name, claim }, result, control }: Done): void {
  const finding = findingOf(name, claim, result, control)
  const fails = controlFails(finding)
  good &&= holds(finding) && fails
  console.log(`\n${tableOf(result)}\n${fails ? '✓ fails' : '✗ DOES NOT FAIL'} without the policy:`)
  for (const { text, passed, shown } of control.verdicts)
    console.log(`  ${passed ? 'holds' : 'fails'} ${text}   (${shown})`)
  // What is shorter than it should be is no result.
  if (quick) return
  keep(finding)
  mkdirSync(new URL('tail/', results), { recursive: true })
  writeFileSync(new URL(`tail/${name}.svg`, results), pictureOf(result))
}

function complain(name: string, error: unknown): void {
  good = false
  console.error(`\n${name} could not be run: ${error instanceof Error ? error.message : error}`)
}

/** Replaces what is kept of this experiment, and writes the page anew. */
function keep(finding: Finding): void {
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Finding[]) : []
  const all = [...before.filter(({ name }) => name !== finding.name), finding]
  const inOrder = experiments.flatMap(({ name }) => all.filter((one) => one.name === name))
  writeFileSync(kept, `${JSON.stringify(inOrder, null, 2)}\n`)
  writeFileSync(new URL('tail.md', results), page(inOrder))
}

function count(name: string, text: string): number {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : refuse(`--${name} must be an integer from 1 up, got '${text}'`)
}

function refuse(why: string): never {
  console.error(why)
  process.exit(2)
}
