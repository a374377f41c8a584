import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../src/package.ts'
import { run } from '../src/run.ts'
import { root } from '../src/workspace.ts'
import { copyWorkspace } from '../src/workspace-copy.ts'

const temporary = mkdtempSync(join(tmpdir(), 'holdfast-'))
afterAll(() => rmSync(temporary, { recursive: true }))

const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const parts = (scripts['check'] ?? '').split(' && ')

/** Runs the part of `pnpm check` that has `words` in it, in a copy of the workspace: its exit code and all that it says. */
async function check(copy: string, words: string): Promise<{ code: number | null; said: string }> {
  const command = parts.filter((part) => part.includes(words))
  expect(command).toHaveLength(1)
  const env = { ...process.env, PATH: `${join(copy, 'node_modules/.bin')}:${process.env['PATH']}`, NO_COLOR: '1' }
  const { code, stdout, stderr } = await run('sh', ['-c', command.join()], { cwd: copy, timeout: 60_000, env })
  return { code, said: stdout + stderr }
}

const policy = 'packages/policies/novel'
const manifest = { name: '@holdfast/novel', dependencies: { '@holdfast/timeout': 'workspace:^' } }

/** What goes wrong, what is written where to make it so, the part of the check that notices, and what it says then. */
const breakages: [what: string, files: Record<string, string>, part: string, notice: string | RegExp][] = [
  [
    'a policy imports a policy',
    {
      [`${policy}/package.json`]: JSON.stringify(manifest),
      [`${policy}/src/index.ts`]: "export { timeout } from '@holdfast/timeout'\n",
    },
    'check.ts',
    `${policy}/src/index.ts:1: policies/novel may not import policies/timeout`,
  ],
  [
    'time is read outside the clock',
    { 'packages/policies/timeout/src/late.ts': 'export const late: number = Date.now()\n' },
    'biome',
    /timeout\/src\/late\.ts:1:\d+ lint\/nursery\/noJsRestrictedProperties/,
  ],
  [
    'a timer is set outside the clock',
    { 'packages/policies/timeout/src/late.ts': 'export const late: unknown = setTimeout(() => {}, 1)\n' },
    'biome',
    /timeout\/src\/late\.ts:1:\d+ lint\/style\/noRestrictedGlobals/,
  ],
  [
    'a file is unused',
    { 'packages/policies/timeout/src/forgotten.ts': 'export const forgotten = 1\n' },
    'knip',
    'packages/policies/timeout/src/forgotten.ts',
  ],
  [
    'a type is lost',
    { 'packages/policies/timeout/src/index.ts': 'export declare const timeout: any\n' },
    'check.ts',
    /canary\/lost-types\.ts:\d+: passes, so a type was lost/,
  ],
  [
    'a types test claims what is wrong',
    {
      'packages/policies/timeout/test/types.test-d.ts':
        "import { timeout } from '@holdfast/timeout'\ntimeout('soon')\n",
    },
    'tsconfig.test.json',
    'packages/policies/timeout/test/types.test-d.ts(2,9): error',
  ],
  [
    'a type is wrong in what ships',
    { 'packages/policies/timeout/src/wrong.ts': "export const wrong: number = 'x'\n" },
    'tsc -p tsconfig.json',
    'packages/policies/timeout/src/wrong.ts(1,14): error',
  ],
]

describe('pnpm check', () => {
  it.for(breakages)('is red when %s', { timeout: 60_000 }, async ([, files, part, notice]) => {
    const copy = mkdtempSync(join(temporary, 'copy-'))
    copyWorkspace(copy)
    expect((await check(copy, part)).said).not.toMatch(notice)

    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      writeFileSync(join(copy, path), text)
    }
    const { code, said } = await check(copy, part)
    expect(said).toMatch(notice)
    expect(code).not.toBe(0)
  })
})
