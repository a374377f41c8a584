import { describe, expect, it } from 'vitest'
import { lostTypes, markedLines, redLines, unreadTypesTests } from '../src/canary.ts'
import { readWorkspace } from '../src/workspace.ts'
import { fixture } from './fixture.ts'

describe('the canary', () => {
  it('is red on every line that is wrong, and on no other', async () => {
    expect(await lostTypes()).toEqual([])
  }, 30_000)

  it('knows the lines that are marked', () => {
    expect(markedLines('a\nb // must fail\n// must fail is no mark here\nc // must fail')).toEqual([2, 4])
  })

  it('knows the lines that are red', () => {
    const output =
      'canary/a.ts(3,1): error TS1: x\n  more\ncanary/a.ts(3,9): error TS2: y\ncanary/b.ts(4,1): error TS1: z\n'
    expect(redLines(output, 'a.ts')).toEqual([3])
  })
})

describe('a types test', () => {
  it('is there in every published package, and the type checker reads it', async () => {
    expect(await unreadTypesTests(readWorkspace())).toEqual([])
  }, 30_000)

  it('is missed where there is none, and where the type checker does not look', async () => {
    const none = fixture('packages/policies/none')
    const unread = fixture('packages/deep/down/policies/unread', { tests: { 'test/types.test-d.ts': '' } })
    expect(await unreadTypesTests([none, unread])).toEqual([
      'packages/policies/none: has no test/types.test-d.ts',
      'packages/deep/down/policies/unread/test/types.test-d.ts: is not read by tsconfig.test.json',
    ])
  }, 30_000)
})
