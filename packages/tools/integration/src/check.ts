import { fileCircles, packageCircles } from './circles.ts'
import { wrongArrows } from './direction.ts'
import { misplacedLibraries, undeclared } from './stock.ts'
import { readWorkspace } from './workspace.ts'

// The part of `pnpm check` that no tool off the shelf knows: who may import whom. An argument names another workspace to look at.

const packages = readWorkspace(process.argv[2])
const rules = [wrongArrows, packageCircles, fileCircles, undeclared, misplacedLibraries]
const findings = rules.flatMap((rule) => rule(packages))

for (const finding of findings) console.error(finding)
console.log(`${packages.length} packages, ${findings.length} findings`)
if (packages.length === 0 || findings.length > 0) process.exitCode = 1
