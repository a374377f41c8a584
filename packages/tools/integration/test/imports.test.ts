import { describe, expect, it } from 'vitest'
import { importsOf, isBuiltin, isRelative, packageOf } from '../src/imports.ts'

describe('importsOf', () => {
  it.each([
    ['an import', "import { a } from 'x'"],
    ['an import of types', "import type { A } from 'x'"],
    ['an import for its effect', "import 'x'"],
    ['an import of a namespace', "import * as a from 'x'"],
    ['a re-export', "export { a } from 'x'"],
    ['a re-export of types', "export type { A } from 'x'"],
    ['a re-export of everything', "export * from 'x'"],
    ['a dynamic import', "const a = await import('x')"],
    ['the type of a module', "type A = import('x').A"],
  ])('finds %s', (_, text) => {
    expect(importsOf('a.ts', `\n${text}`)).toEqual([{ specifier: 'x', line: 2 }])
  })

  it('sees no import in a comment or a string', () => {
    expect(importsOf('a.ts', `// import 'x'\nconst a = "import 'x'"\nexport { a }`)).toEqual([])
  })

  it('does not lose an import whose name is computed', () => {
    expect(importsOf('a.ts', 'await import(name)')).toEqual([{ specifier: '(computed)', line: 1 }])
  })
})

it.each([
  ['@holdfast/core', '@holdfast/core'],
  ['@holdfast/core/deep/file', '@holdfast/core'],
  ['lru-cache', 'lru-cache'],
  ['lru-cache/deep', 'lru-cache'],
])('takes %s for the package %s', (specifier, name) => {
  expect(packageOf(specifier)).toBe(name)
})

it('tells relative and built-in specifiers from packages', () => {
  expect([isRelative('./a.ts'), isRelative('../a.ts'), isRelative('a')]).toEqual([true, true, false])
  expect([isBuiltin('node:fs'), isBuiltin('fs')]).toEqual([true, false])
})
