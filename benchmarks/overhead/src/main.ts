import { parseArgs } from 'node:util'
import { allAtOnce, type Chapter, chapterOf, misses, oneByOne } from './chapter.ts'
import { environment } from './environment.ts'
import { measureInFlight } from './in-flight.ts'
import { measure } from './measure.ts'
import { writeResults } from './results.ts'
import { units } from './rows/units.ts'
import { groups } from './rows.ts'
import { needed } from './select.ts'
import { show } from './show.ts'
import { textTable } from './table.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '15' },
    batch: { type: 'string', default: '20000' },
    flights: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
  },
})
const complete = values.only === ''
const chosen = groups.filter((group) => group === units || group.title.includes(values.only))

// A service always has some timer pending; without one, every timeout of a peer would set up and tear down Node's own list.
setTimeout(() => {}, 3_600_000).unref()

const chapters = [await calls(), await flights()]
for (const chapter of chapters) print(chapter)
if (complete) writeResults(chapters, environment(['@holdfast/core', '@holdfast/timeout', 'cockatiel', 'p-timeout']))

const missed = misses(chapters)
for (const { row, line, found, unit } of missed) {
  console.log(`missed: ${row}: ${line}, found ${unit === '×' ? found.toFixed(2) : Math.round(found)} ${unit}`)
}
if (missed.length === 0) console.log('every line holds')
if (values.check && missed.length > 0) process.exitCode = 1

async function calls(): Promise<Chapter> {
  const contenders = needed(chosen, groups, (group) => group.contenders)
  const rows = await measure(contenders, { rounds: Number(values.rounds), batch: Number(values.batch) })
  return chapterOf(oneByOne, chosen, rows)
}

async function flights(): Promise<Chapter> {
  const contenders = needed(chosen, groups, (group) => group.flights)
  const rows = await measureInFlight(contenders, { rounds: Number(values.flights) })
  return chapterOf(allAtOnce, chosen, rows)
}

function print(chapter: Chapter): void {
  const { columns, cells } = show(chapter)
  console.log(`${chapter.title}\n\n${textTable(columns, cells)}\n`)
}
