import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { layOut, runFence, typeErrors } from '../src/fence-project.ts'
import { fencesIn } from '../src/fences.ts'

// Below this package like the real ones, so that the packages of the workspace can be imported.
const folder = mkdtempSync(join(import.meta.dirname, '../.fences-'))
afterAll(() => rmSync(folder, { recursive: true }))

const good = fencesIn(
  'docs/Good page.md',
  "text\n```ts\nimport { pipeline } from '@holdfast/core'\nconsole.log(typeof pipeline)\n```\n```js\nconsole.log(1)\n```\n",
)
const bad = fencesIn('bad.md', "\n```ts\nconst a: number = 'x'\nthrow new Error(a + '')\n```\n```sh\nls\n```\n")

describe('a fence that is laid out', () => {
  const laid = layOut([...good, ...bad], folder)

  it('is a file of its own unless it is no code', () => {
    expect(laid.map(({ path }) => path.slice(folder.length + 1))).toEqual([
      'docs-good-page-md-3.ts',
      'docs-good-page-md-7.mjs',
      'bad-md-3.ts',
    ])
  })

  it('keeps the line numbers of its page', () => {
    expect(readFileSync(laid[0]?.path ?? '', 'utf8').split('\n')[2]).toMatch(/^import/)
  })

  it('is type-checked, and an error names page and line', async () => {
    expect(await typeErrors(laid, folder)).toEqual([expect.stringMatching(/^bad\.md\(3,7\): error TS2322/)])
  })

  it('runs, and its exit code and output are known', async () => {
    const [ts, js, throwing] = await Promise.all(laid.map(runFence))
    expect([ts?.code, ts?.stdout]).toEqual([0, 'function\n'])
    expect([js?.code, js?.stdout]).toEqual([0, '1\n'])
    expect(throwing?.code).toBe(1)
    expect(throwing?.stderr).toContain('bad-md-3.ts:4')
  })
}, 60_000)
