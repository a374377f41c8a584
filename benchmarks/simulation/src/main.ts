import { parseArgs } from 'node:util'
import { amplificationTable } from './tables/amplification.ts'
import { budgetTable } from './tables/budget.ts'
import { contentionTable } from './tables/contention.ts'
import { fairnessTable } from './tables/fairness.ts'
import { probesTable } from './tables/probes.ts'
import { scaleTable } from './tables/scale.ts'
import { stormTable } from './tables/storm.ts'

const chapters: Readonly<Record<string, (seed: number) => Promise<string>>> = {
  storm: stormTable,
  budget: budgetTable,
  amplification: amplificationTable,
  probes: probesTable,
  fairness: fairnessTable,
  contention: contentionTable,
  scale: scaleTable,
}

const { values } = parseArgs({ options: { only: { type: 'string' }, seed: { type: 'string', default: '1' } } })
const { only } = values
if (only !== undefined && chapters[only] === undefined) {
  console.error(`there is no ${only}; there are ${Object.keys(chapters).join(', ')}`)
  process.exit(1)
}
for (const [name, chapter] of Object.entries(chapters)) {
  if (only === undefined || only === name) console.log(`## ${name}\n\n${await chapter(Number(values.seed))}\n`)
}
