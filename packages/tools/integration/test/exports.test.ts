import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exportsOf, listing } from '../src/exports.ts'
import { isPublished } from '../src/package.ts'
import { files, readWorkspace, root } from '../src/workspace.ts'

describe('exportsOf', () => {
  it('tells values from types, however they are exported', () => {
    const text = `export { b, type B } from './b.ts'
      export type { C as D } from './c.ts'
      export const a = 1
      export class K {}
      export interface I {}`
    expect(exportsOf('index.ts', text)).toEqual({ values: ['K', 'a', 'b'], types: ['B', 'D', 'I'] })
  })

  it.each(["export * from './a.ts'", 'export default 1'])('throws on an export without a name: %s', (text) => {
    expect(() => exportsOf('index.ts', text)).toThrow('index.ts: every export has a name of its own')
  })

  it('lists one name a line', () => {
    expect(listing({ values: ['a', 'b'], types: ['A'] })).toBe('value a\nvalue b\ntype A\n')
  })
})

describe('what a package exports', () => {
  const published = readWorkspace().filter(isPublished)
  const lists = join(import.meta.dirname, '../exports')
  const listOf = (folder: string) => `${basename(folder)}.txt`

  it.each(published.map((one) => [one.manifest.name, one] as const))(
    '%s: is what was agreed on; agree on more with `pnpm test -u`',
    async (_, { folder, sources }) => {
      const names = exportsOf(`${folder}/src/index.ts`, sources.get('src/index.ts') ?? '')
      await expect(listing(names)).toMatchFileSnapshot(join(lists, listOf(folder)))
    },
  )

  it('leaves no list behind of a package that is gone', () => {
    const listed = files(root, 'packages/tools/integration/exports/*').map((path) => basename(path))
    expect(listed.filter((name) => !published.some(({ folder }) => listOf(folder) === name))).toEqual([])
  })
})
