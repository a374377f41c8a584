import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { pictureOf, type Result } from '@holdfast/load'
import { experiments } from './experiments.ts'
import type { Finding } from './finding.ts'
import { page } from './page.ts'

const results = new URL('../../results/', import.meta.url)
const kept = new URL('tail.json', results)

/** Puts a finding and its plot in the place of what was kept of this experiment, and writes the page anew. */
export function keep(finding: Finding, result: Result): void {
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Finding[]) : []
  const all = [...before.filter(({ name }) => name !== finding.name), finding]
  const inOrder = experiments.flatMap(({ name }) => all.filter((one) => one.name === name))
  writeFileSync(kept, `${JSON.stringify(inOrder, null, 2)}\n`)
  writeFileSync(new URL('tail.md', results), page(inOrder))
  mkdirSync(new URL('tail/', results), { recursive: true })
  writeFileSync(new URL(`tail/${finding.name}.svg`, results), pictureOf(result))
}
