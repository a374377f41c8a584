import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData, type Problem, type ResolutionKind } from '@arethetypeswrong/core'
import { problemAffectsResolutionKind } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { Package } from './package.ts'
import { type Outcome, run } from './run.ts'
import { root } from './workspace.ts'

/** A package as it would be published. */
export interface Tarball {
  readonly name: string
  readonly path: string
  /** The paths inside, sorted. */
  readonly files: readonly string[]
}

interface Packed {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** Builds the workspace and packs these packages into a folder, with the commands that a release uses. */
export async function packAll(packages: readonly Package[], folder: string): Promise<Tarball[]> {
  succeed(await pnpm('build'))
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`)
  const { stdout } = succeed(await pnpm('--recursive', ...filters, 'pack', '--json', '--pack-destination', folder))
  const packed: Packed | readonly Packed[] = JSON.parse(stdout)
  return [packed].flat().map(({ name, filename, files }) => ({
    name,
    path: filename,
    files: files.map(({ path }) => path).sort(),
  }))
}

/** What publint finds wrong with a tarball, or would suggest. */
export async function publintFindings({ path }: Tarball): Promise<string[]> {
  const bytes = readFileSync(path)
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
  return messages.map((message) => formatMessage(message, pkg) ?? message.code)
}

/** An ESM-only package answers to these; to the others it need not. */
const resolutions: readonly ResolutionKind[] = ['node16-esm', 'bundler']

/** What attw finds wrong with the types of a tarball, for whoever imports ES modules. */
export async function typesFindings({ path }: Tarball): Promise<Problem[]> {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(path)))
  if (!analysis.types) throw new Error(`${path}: has no types`)
  return analysis.problems.filter((problem) =>
    resolutions.some((resolution) => problemAffectsResolutionKind(problem, resolution, analysis)),
  )
}

function pnpm(...args: string[]): Promise<Outcome> {
  return run('npx', ['-y', 'pnpm@12', ...args], { cwd: root, timeout: 120_000 })
}

/** The outcome of a program that has to succeed. */
export function succeed(outcome: Outcome): Outcome {
  if (outcome.code !== 0) throw new Error(`exit code ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`)
  return outcome
}
