import { expect, it } from 'vitest'
import { fileCircles, packageCircles } from '../src/circles.ts'
import { wrongArrows } from '../src/direction.ts'
import { misplacedLibraries, undeclared } from '../src/stock.ts'
import { readWorkspace } from '../src/workspace.ts'

const packages = readWorkspace()

it.each([
  ['every arrow points where it may', wrongArrows],
  ['no package needs itself by way of others', packageCircles],
  ['no file imports itself by way of others', fileCircles],
  ['what is imported is declared', undeclared],
  ['every library is where it belongs', misplacedLibraries],
])('%s', (_, rule) => {
  expect(packages.length).toBeGreaterThan(0)
  expect(rule(packages)).toEqual([])
})
