import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPublished, type Package } from './package.ts'
import { run } from './run.ts'
import { tsc } from './tools.ts'
import { root } from './workspace.ts'

const folder = join(import.meta.dirname, '../canary')

/** The lines of a text that are marked as wrong. */
export function markedLines(text: string): number[] {
  return text.split('\n').flatMap((line, at) => (line.endsWith('// must fail') ? [at + 1] : []))
}

/** The lines of a file in which the type checker found something. */
export function redLines(output: string, file: string): number[] {
  const places = [...output.matchAll(/^(\S+)\((\d+),\d+\): error /gm)]
  const lines = places.filter(([, path = '']) => path.endsWith(file)).map(([, , line]) => Number(line))
  return [...new Set(lines)]
}

/** Lines that are wrong and that the type checker lets pass, and right ones that it does not. */
export async function lostTypes(): Promise<string[]> {
  const file = 'lost-types.ts'
  const marked = markedLines(readFileSync(join(folder, file), 'utf8'))
  const red = redLines(await check(['-p', folder, '--pretty', 'false']), file)
  return [
    ...marked.filter((line) => !red.includes(line)).map((line) => `canary/${file}:${line}: passes, so a type was lost`),
    ...red.filter((line) => !marked.includes(line)).map((line) => `canary/${file}:${line}: fails, and is not marked`),
    ...(marked.length === 0 ? [`canary/${file}: marks no line`] : []),
  ]
}

/** Published packages whose types test is missing, or is there and never read by the type checker. */
export async function unreadTypesTests(packages: readonly Package[]): Promise<string[]> {
  const output = await check(['-p', join(root, 'tsconfig.test.json'), '--listFilesOnly'])
  const read = new Set(output.split('\n').map((line) => line.trim()))
  return packages.filter(isPublished).flatMap(({ folder, tests }) => {
    const path = 'test/types.test-d.ts'
    if (!tests.has(path)) return [`${folder}: has no ${path}`]
    return read.has(join(root, folder, path)) ? [] : [`${folder}/${path}: is not read by tsconfig.test.json`]
  })
}

async function check(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [tsc, ...args], { cwd: root, timeout: 60_000 })
  if (stderr !== '') throw new Error(`the type checker failed: ${stderr}`)
  return stdout
}
