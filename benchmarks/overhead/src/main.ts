import { allAtOnce, chapterOf, misses, oneByOne } from './chapter.ts'
import { environment } from './environment.ts'
import { flagsOf } from './flags.ts'
import { writeResults } from './results.ts'
import { joined } from './row.ts'
import { groups } from './rows.ts'
import { type Sample, sample } from './sample.ts'
import { chosen } from './select.ts'
import { show } from './show.ts'
import { textTable } from './table.ts'

const flags = flagsOf(process.argv.slice(2))
const where = environment(['@holdfast/core', '@holdfast/timeout', 'cockatiel', 'p-timeout'])

const samples: Sample[] = []
for (let seed = 1; seed <= flags.processes; seed++) {
  console.log(`process ${seed} of ${flags.processes}`)
  samples.push(await sample({ ...flags, seed }))
}

const shown = chosen(groups, flags.only)
const chapters = [
  chapterOf(oneByOne, shown, joined(samples.map(({ calls }) => calls))),
  chapterOf(allAtOnce, shown, joined(samples.map(({ flights }) => flights))),
]
for (const chapter of chapters) {
  const { columns, cells } = show(chapter)
  console.log(`\n${chapter.title}\n\n${textTable(columns, cells)}`)
}
if (flags.only === '') writeResults(chapters, where)

const missed = misses(chapters)
console.log(missed.length === 0 ? '\nevery line holds' : '\nmissed:')
for (const { row, line, found, unit } of missed) {
  console.log(`- ${row}: ${line}, found ${unit === '×' ? found.toFixed(2) : Math.round(found)} ${unit}`)
}
if (flags.check && missed.length > 0) process.exitCode = 1
