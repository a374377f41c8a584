import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scriptsNamed } from '../src/commands.ts'
import type { Manifest } from '../src/package.ts'
import { root } from '../src/workspace.ts'

describe('scriptsNamed', () => {
  it('finds what is to be run with pnpm, however pnpm is called', () => {
    expect(scriptsNamed('`pnpm check`, then\nnpx -y pnpm@12 test -u and pnpm run build; pnpm check')).toEqual([
      'check',
      'test',
      'build',
    ])
  })

  it('leaves out what pnpm does by itself', () => {
    expect(scriptsNamed('pnpm install && pnpm add x && pnpm exec biome')).toEqual([])
  })
})

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { scripts = {} } = JSON.parse(read('package.json')) as Manifest

describe('the commands of this workspace', () => {
  it.each(['README.md', 'CONTRIBUTING.md', '.ci/run', '.github/workflows/ci.yml'])('that %s names exist', (page) => {
    const named = scriptsNamed(read(page))
    expect(named).not.toEqual([])
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })

  it('are all explained in CONTRIBUTING.md', () => {
    expect(scriptsNamed(read('CONTRIBUTING.md'))).toEqual(expect.arrayContaining(Object.keys(scripts)))
  })
})
