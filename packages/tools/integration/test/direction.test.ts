import { describe, expect, it } from 'vitest'
import { wrongArrows } from '../src/direction.ts'
import { fixture } from './fixture.ts'

const core = fixture('packages/foundation/core')
const timeout = fixture('packages/policies/timeout', { dependencies: { '@holdfast/core': 'workspace:^' } })
const testing = fixture('packages/tools/testing')

describe('a house in order', () => {
  it('has no finding', () => {
    const retry = fixture('packages/policies/retry', {
      dependencies: { '@holdfast/core': 'workspace:^' },
      devDependencies: { '@holdfast/testing': 'workspace:^' },
      sources: { 'src/index.ts': "export { retry } from './retry.ts'\nimport { policy } from '@holdfast/core'" },
      tests: {
        'test/retry.test.ts': "import { manualClock } from '@holdfast/testing'\nimport { a } from '../src/a.ts'",
      },
    })
    expect(wrongArrows([core, timeout, testing, retry])).toEqual([])
  })
})

describe('a wrong arrow', () => {
  it('is found where a policy imports a policy, with file and line', () => {
    const retry = fixture('packages/policies/retry', {
      sources: { 'src/retry.ts': "\nimport { timeout } from '@holdfast/timeout'" },
    })
    expect(wrongArrows([core, timeout, retry])).toEqual([
      'packages/policies/retry/src/retry.ts:2: policies/retry may not import policies/timeout (@holdfast/timeout)',
    ])
  })

  it('is found where only types are imported', () => {
    const retry = fixture('packages/policies/retry', {
      sources: { 'src/retry.ts': "import type { TimeoutOptions } from '@holdfast/timeout'" },
    })
    expect(wrongArrows([timeout, retry])).toHaveLength(1)
  })

  it.each(['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'])(
    'is found in %s',
    (group) => {
      const retry = fixture('packages/policies/retry', { [group]: { '@holdfast/timeout': 'workspace:^' } })
      expect(wrongArrows([timeout, retry])).toEqual([
        'packages/policies/retry/package.json: policies/retry may not import policies/timeout (@holdfast/timeout)',
      ])
    },
  )

  it('is found where what ships imports the testing tools', () => {
    const retry = fixture('packages/policies/retry', {
      devDependencies: { '@holdfast/testing': 'workspace:^' },
      sources: { 'src/retry.ts': "import { manualClock } from '@holdfast/testing'" },
    })
    expect(wrongArrows([testing, retry])).toEqual([
      'packages/policies/retry/src/retry.ts:1: policies/retry may not import tools/testing (@holdfast/testing)',
    ])
  })

  it('is found in a test that imports another policy', () => {
    const retry = fixture('packages/policies/retry', {
      tests: { 'test/retry.test.ts': "import { timeout } from '@holdfast/timeout'" },
    })
    expect(wrongArrows([timeout, retry])).toHaveLength(1)
  })

  it('is found where a relative import leaves its package', () => {
    const retry = fixture('packages/policies/retry', {
      sources: { 'src/deep/retry.ts': "import '../../../timeout/src/timeout.ts'\nimport '../options.ts'" },
    })
    expect(wrongArrows([timeout, retry])).toEqual([
      'packages/policies/retry/src/deep/retry.ts:1: a relative import may not leave the package (../../../timeout/src/timeout.ts)',
    ])
  })
})
