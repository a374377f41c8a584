import { describe, expect, it } from 'vitest'
import { fileCircles, packageCircles } from '../src/circles.ts'
import { fixture } from './fixture.ts'

describe('packageCircles', () => {
  it('finds two packages that need each other, one by manifest and one by import', () => {
    const core = fixture('packages/foundation/core', { sources: { 'src/a.ts': "import '@holdfast/http'" } })
    const http = fixture('packages/foundation/http', { dependencies: { '@holdfast/core': 'workspace:^' } })
    expect(packageCircles([core, http])).toEqual([
      'packages in a circle: @holdfast/core → @holdfast/http → @holdfast/core',
    ])
  })

  it('allows a package to be tested with a tool that stands on it', () => {
    const core = fixture('packages/foundation/core', { devDependencies: { '@holdfast/testing': 'workspace:^' } })
    const testing = fixture('packages/tools/testing', { dependencies: { '@holdfast/core': 'workspace:^' } })
    expect(packageCircles([core, testing])).toEqual([])
  })
})

describe('fileCircles', () => {
  it('finds files that import each other, if only for a type', () => {
    const core = fixture('packages/foundation/core', {
      sources: { 'src/a.ts': "import { b } from './deep/b.ts'", 'src/deep/b.ts': "import type { A } from '../a.ts'" },
    })
    expect(fileCircles([core])).toEqual([
      'packages/foundation/core: files in a circle: src/a.ts → src/deep/b.ts → src/a.ts',
    ])
  })

  it('finds nothing where files of the same name lie in two packages', () => {
    const one = fixture('packages/foundation/core', { sources: { 'src/a.ts': "import './b.ts'", 'src/b.ts': '' } })
    const two = fixture('packages/foundation/http', { sources: { 'src/b.ts': "import './a.ts'", 'src/a.ts': '' } })
    expect(fileCircles([one, two])).toEqual([])
  })
})
