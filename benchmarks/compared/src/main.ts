import { readFileSync, writeFileSync } from 'node:fs'
import type { Behaviour } from './behaviour.ts'
import { behaviourNamed, sections } from './behaviours.ts'
import { fillAll } from './fill-all.ts'
import { inserted } from './page.ts'
import { tableOf, textOf } from './table.ts'
import { versionsLine } from './versions.ts'

const page = new URL('../../../docs/compared.md', import.meta.url)

const named = process.argv.slice(2).map(behaviourNamed)
const shown = sections
  .map((section) => ({ ...section, behaviours: section.behaviours.filter((one) => isShown(one)) }))
  .filter(({ behaviours }) => behaviours.length > 0)

function isShown(behaviour: Behaviour<string>): boolean {
  return named.length === 0 || named.includes(behaviour)
}

const { cells, broken } = await fillAll(
  shown.flatMap(({ behaviours }) => behaviours),
  ({ name }, library, cell) => {
    if (typeof cell !== 'string') console.log(`${name}, ${library}: ${textOf(cell)}`)
  },
)

const tables = shown.flatMap(({ title, libraries, behaviours }) => {
  const rows = behaviours.flatMap((behaviour) => {
    const row = cells.get(behaviour)
    return row === undefined ? [] : [{ says: behaviour.says, cells: row }]
  })
  return [`## ${title}`, tableOf(rows, libraries)]
})
const text = [versionsLine(), ...tables].join('\n\n')
console.log(`\n${text}`)

for (const error of broken) console.error(error)
if (broken.length > 0) process.exitCode = 1
else if (named.length === 0) writeFileSync(page, inserted(readFileSync(page, 'utf8'), text))
