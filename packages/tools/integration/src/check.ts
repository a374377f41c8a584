import { lostTypes, unreadTypesTests } from './canary.ts'
import { fileCircles, packageCircles } from './circles.ts'
import { wrongArrows } from './direction.ts'
import { misplacedLibraries, undeclared } from './stock.ts'
import { readWorkspace } from './workspace.ts'

// The part of `pnpm check` that no tool off the shelf knows: who may import whom, and whether the types are still there.

const packages = readWorkspace()
const rules = [wrongArrows, packageCircles, fileCircles, undeclared, misplacedLibraries, unreadTypesTests, lostTypes]
const findings = (await Promise.all(rules.map((rule) => rule(packages)))).flat()

for (const finding of findings) console.error(finding)
console.log(`${packages.length} packages, ${findings.length} findings`)
if (packages.length === 0 || findings.length > 0) process.exitCode = 1
