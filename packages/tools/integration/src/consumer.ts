import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportNames } from './exports.ts'
import { run } from './run.ts'
import { succeed, type Tarball } from './tarballs.ts'
import { tsc } from './tools.ts'

/** The two ways by which a program comes by a package. */
export type Door = 'import' | 'require'

const body = `
  const packages = {}
  for (const name of process.argv.slice(2)) packages[name] = Object.keys(await take(name)).sort()
  const { pipeline } = await take('@holdfast/core')
  const { timeout } = await take('@holdfast/timeout')
  const answer = await pipeline(timeout(1000)).execute(() => 42)
  console.log(JSON.stringify({ packages, answer }))
`
const programs: Readonly<Record<Door, { readonly file: string; readonly text: string }>> = {
  import: { file: 'program.mjs', text: `const take = (name) => import(name)\n${body}` },
  require: { file: 'program.cjs', text: `const take = (name) => require(name)\nvoid (async () => {${body}})()\n` },
}

/** Installs tarballs into an empty folder, the way a user does: with npm, and with nothing of this workspace near. */
export async function install(tarballs: readonly Tarball[], folder: string, ...others: string[]): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  for (const { file, text } of Object.values(programs)) writeFileSync(join(folder, file), text)
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...tarballs.map(({ path }) => path),
    ...others,
  ]
  succeed(await run('npm', args, { cwd: folder, timeout: 120_000 }))
}

/** What a program comes by: the names that each installed package exports, and the answer of a call through a pipeline. */
export interface Taken {
  readonly packages: Readonly<Record<string, readonly string[]>>
  readonly answer: unknown
}

/** Runs a program on the installed packages with a node of one's choice, to its end. */
export async function take(folder: string, node: string, door: Door, names: readonly string[]): Promise<Taken> {
  const { stdout } = succeed(await run(node, [programs[door].file, ...names], { cwd: folder, timeout: 20_000 }))
  return JSON.parse(stdout)
}

const resolution = {
  nodenext: ['--module', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
}

/** What the type checker says of a program that names all that the installed packages export, their declarations included. */
export async function checkTypes(
  folder: string,
  mode: keyof typeof resolution,
  exported: ReadonlyMap<string, ExportNames>,
): Promise<string> {
  const file = `types-${mode}.ts`
  const lines = [...exported].flatMap(([name, names], at) => mentions(name, names, `_${at}`))
  writeFileSync(join(folder, file), ['type Known<T> = 0 extends 1 & T ? never : true', ...lines].join('\n'))
  const flags = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2023', '--types', 'node']
  const { stdout, stderr } = await run(process.execPath, [tsc, ...flags, ...resolution[mode], file], {
    cwd: folder,
    timeout: 60_000,
  })
  return stdout + stderr
}

/** Lines that are wrong when a name is missing, or when a value is there and its type is `any`. */
function mentions(name: string, { values, types }: ExportNames, mark: string): string[] {
  return [
    ...types.map((type) => `import type { ${type} as ${type}${mark} } from '${name}'`),
    ...values.map((value) => `import { ${value} as ${value}${mark} } from '${name}'`),
    ...values.map((value) => `export const known_${value}${mark}: Known<typeof ${value}${mark}> = true`),
  ]
}
