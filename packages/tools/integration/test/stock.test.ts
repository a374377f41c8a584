import { describe, expect, it } from 'vitest'
import { misplacedLibraries, undeclared } from '../src/stock.ts'
import { fixture } from './fixture.ts'

describe('undeclared', () => {
  it('passes what is declared, built in, relative, or the package itself', () => {
    const retry = fixture('packages/policies/retry', {
      dependencies: { '@holdfast/core': 'workspace:^' },
      peerDependencies: { undici: '*' },
      sources: {
        'src/retry.ts':
          "import '@holdfast/core'; import 'node:fs'; import './a.ts'; import '@holdfast/retry'; import 'undici/x'",
      },
    })
    expect(undeclared([retry])).toEqual([])
  })

  it('finds an import that only a dev dependency would satisfy', () => {
    const retry = fixture('packages/policies/retry', {
      devDependencies: { '@holdfast/core': 'workspace:^' },
      sources: { 'src/retry.ts': "import type { Call } from '@holdfast/core'" },
    })
    expect(undeclared([retry])).toEqual([
      'packages/policies/retry/src/retry.ts:1: @holdfast/core is imported and not declared',
    ])
  })

  it('finds an import that nobody knows before it runs, but in a tool, which may be given modules', () => {
    const sources = { 'src/a.ts': 'export const load = (path: string) => import(path)' }
    expect(undeclared([fixture('packages/policies/retry', { sources })])).toHaveLength(1)
    expect(undeclared([fixture('packages/tools/load', { sources })])).toEqual([])
  })

  it('leaves private packages alone', () => {
    const demo = fixture('examples/demo', { private: true, sources: { 'src/main.ts': "import 'anything'" } })
    expect(undeclared([demo])).toEqual([])
  })
})

describe('misplacedLibraries', () => {
  it('passes our own packages and the libraries that belong', () => {
    const core = fixture('packages/foundation/core', { dependencies: { 'lru-cache': '^11.0.0' } })
    const retry = fixture('packages/policies/retry', { dependencies: { '@holdfast/core': 'workspace:^' } })
    const redis = fixture('packages/adapters/redis', { peerDependencies: { ioredis: '^5.0.0' } })
    expect(misplacedLibraries([core, retry, redis])).toEqual([])
  })

  it('finds a library that a policy has no business with', () => {
    const retry = fixture('packages/policies/retry', { dependencies: { lodash: '*' } })
    expect(misplacedLibraries([retry])).toEqual([
      'packages/policies/retry/package.json: lodash has no place here in dependencies',
    ])
  })
})
