import { flagsOf } from './flags.ts'
import { lineOf, pageOf } from './page.ts'
import { soak } from './soak.ts'
import { verdictsOf } from './verdicts.ts'
import { writePage } from './write-page.ts'

const { write, ...flags } = flagsOf(process.argv.slice(2))
const outcome = await soak({ ...flags, onCheckpoint: (checkpoint) => console.log(lineOf(checkpoint)) })
const verdicts = verdictsOf(outcome)
for (const { what, found, passed } of verdicts) console.log(`${passed ? 'pass' : 'FAIL'}  ${what}: ${found}`)
if (write) writePage(pageOf(outcome, verdicts))
// Whatever is left behind is not waited for.
if (verdicts.some(({ passed }) => !passed)) process.exit(1)
