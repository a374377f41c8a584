import { expect, it } from 'vitest'
import { isPublished } from '../src/package.ts'
import { readWorkspace } from '../src/workspace.ts'

const packages = readWorkspace()
const named = (name: string) => packages.find(({ manifest }) => manifest.name === name)

it('finds the packages on every floor by their folders', () => {
  expect(named('@holdfast/core')?.folder).toBe('packages/foundation/core')
  expect(named('@holdfast/timeout')?.folder).toBe('packages/policies/timeout')
  expect(named('@holdfast/testing')?.folder).toBe('packages/tools/testing')
})

it('reads what ships and what tests it, and nothing installed or built', () => {
  const paths = packages.flatMap(({ sources, tests }) => [...sources.keys(), ...tests.keys()])
  expect(named('@holdfast/core')?.sources.has('src/index.ts')).toBe(true)
  expect(paths.filter((path) => /(^|\/)(node_modules|dist)\//.test(path))).toEqual([])
})

it('takes a package for published unless it is private', () => {
  expect(named('@holdfast/integration')).toSatisfy((one) => !isPublished(one))
  expect(named('@holdfast/core')).toSatisfy(isPublished)
})

it('lets the code in our pages import every published package', () => {
  const { devDependencies = {} } = named('@holdfast/integration')?.manifest ?? {}
  const published = packages.filter(isPublished).map(({ manifest }) => manifest.name)
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(published))
})
