import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fence, type Use, useOf } from './fences.ts'
import { type Outcome, run } from './run.ts'
import { tsc } from './tools.ts'

/** A fence that lies in a file of its own, where the type checker and node find it. */
export interface LaidFence extends Fence {
  readonly use: Exclude<Use, 'leave'>
  readonly path: string
}

const settings = {
  extends: '../../../../tsconfig.test.json',
  compilerOptions: { allowJs: true, checkJs: true },
  include: ['*'],
}

/** Where fences are laid out: inside this package, so that every package of the workspace can be imported. Not committed. */
const fencesFolder: string = join(import.meta.dirname, '../.fences')

/** Writes each fence that is code to a file, in which a line has the number that it has in the Markdown file. */
export function layOut(fences: readonly Fence[], folder: string = fencesFolder): LaidFence[] {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))

  return fences.flatMap((fence) => {
    const use = useOf(fence)
    if (use === 'leave') return []
    const path = join(folder, fileOf(fence))
    writeFileSync(path, `${'\n'.repeat(fence.line - 1)}${fence.code}\n`)
    return [{ ...fence, use, path }]
  })
}

/** What the type checker has to say about the fences of a folder, all of them in one go, with the lines of the Markdown files. */
export async function typeErrors(fences: readonly LaidFence[], folder: string = fencesFolder): Promise<string[]> {
  if (fences.length === 0) return []
  const { code, stdout, stderr } = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    timeout: 60_000,
  })
  const lines = stdout.split('\n').filter((line) => line !== '')
  if (code !== 0 && lines.length === 0) throw new Error(`the type checker failed: ${stderr}`)
  const sources = new Map(fences.map((fence) => [fileOf(fence), fence.file]))
  return lines.map((line) =>
    line.replace(/^([^(\s]+)\((\d+),/, (whole, name, at) => `${sources.get(name) ?? whole}(${at},`),
  )
}

/** Runs a fence as the program that it is. */
export function runFence({ path }: LaidFence): Promise<Outcome> {
  return run(process.execPath, [path], { cwd: fencesFolder, timeout: 45_000 })
}

function fileOf({ file, line, info }: Fence): string {
  const extension = /^(js|mjs|javascript)\b/.test(info) ? 'mjs' : 'ts'
  return `${file.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${line}.${extension}`
}
