import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkTypes, install, take } from '../src/consumer.ts'
import { exportsOf } from '../src/exports.ts'
import { isPublished, type Manifest } from '../src/package.ts'
import { packAll, publintFindings, type Tarball, typesFindings } from '../src/tarballs.ts'
import { readWorkspace, root } from '../src/workspace.ts'

const published = readWorkspace().filter(isPublished)
const names = published.map(({ manifest }) => manifest.name)
const exported = new Map(
  published.map(({ manifest, sources }) => [manifest.name, exportsOf('index.ts', sources.get('src/index.ts') ?? '')]),
)
const nodes = ['node-22', 'node-24', 'node-26'] as const
const binary = (node: string) => join(import.meta.dirname, `../node_modules/${node}/bin/node`)

const temporary = mkdtempSync(join(tmpdir(), 'holdfast-'))
let tarballs: Tarball[] = []
const tarballOf = (name: string): Tarball => {
  const found = tarballs.find((tarball) => tarball.name === name)
  if (found === undefined) throw new Error(`${name} was not packed`)
  return found
}

beforeAll(async () => {
  tarballs = await packAll(published, mkdtempSync(join(temporary, 'tarballs-')))
}, 120_000)
afterAll(() => rmSync(temporary, { recursive: true }))

describe('a tarball', () => {
  it.for(published.map((one) => [one.manifest.name, one] as const))(
    'of %s holds its built source, its page, the licence, and no more',
    ([name, one]) => {
      const built = [...one.sources.keys()].flatMap((path) => {
        const base = path.replace(/^src\//, 'dist/').replace(/\.ts$/, '')
        return [`${base}.js`, `${base}.d.ts`]
      })
      expect(tarballOf(name).files).toEqual([...built, 'LICENSE', 'README.md', 'package.json'].sort())
    },
  )

  it.for(names)('of %s has nothing that publint would change', async (name) => {
    expect(await publintFindings(tarballOf(name))).toEqual([])
  })

  it.for(names)('of %s has types that attw finds in order', { timeout: 30_000 }, async (name) => {
    expect(await typesFindings(tarballOf(name))).toEqual([])
  })
})

describe('installed in an empty folder', () => {
  const folder = mkdtempSync(join(temporary, 'consumer-'))
  const { devDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest

  beforeAll(async () => {
    await install(tarballs, folder, `@types/node@${devDependencies['@types/node']}`)
  }, 120_000)

  const expected = {
    packages: Object.fromEntries([...exported].map(([name, { values }]) => [name, values])),
    answer: 42,
  }

  const uses = nodes.flatMap((node) => [[node, 'import'] as const, [node, 'require'] as const])
  it.for(uses)('every package is taken on %s by %s', { timeout: 30_000 }, async ([node, door]) => {
    expect(await take(folder, binary(node), door, names)).toEqual(expected)
  })

  it.for(['nodenext', 'bundler'] as const)(
    'no type is lost with moduleResolution %s',
    { timeout: 60_000 },
    async (mode) => {
      expect(await checkTypes(folder, mode, exported)).toBe('')
    },
  )

  it('a name that is not there would be noticed', { timeout: 60_000 }, async () => {
    const imagined = new Map([['@holdfast/core', { values: ['noSuchValue'], types: ['NoSuchType'] }]])
    const output = await checkTypes(folder, 'nodenext', imagined)
    expect(output).toContain('noSuchValue')
    expect(output).toContain('NoSuchType')
  })
})
