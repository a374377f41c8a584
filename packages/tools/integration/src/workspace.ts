import { globSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { Manifest, Package } from './package.ts'

/** The root of this workspace. */
export const root: string = join(import.meta.dirname, '../../../..')

const notOurs = ['**/node_modules/**', '**/dist/**']

/** Every package below packages, examples and benchmarks, whatever its depth: none is listed by hand. */
export function readWorkspace(at: string = root): Package[] {
  return files(at, '{packages,examples,benchmarks}/**/package.json')
    .map((manifest) => dirname(manifest))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(at, folder, 'package.json'), 'utf8')) as Manifest,
      sources: readTexts(join(at, folder), 'src/**/*.ts'),
      tests: readTexts(join(at, folder), 'test/**/*.ts'),
    }))
}

/** The paths below `at` that match, sorted, with forward slashes; nothing installed and nothing built. */
export function files(at: string, pattern: string | readonly string[]): string[] {
  return globSync(pattern, { cwd: at, exclude: notOurs })
    .map((path) => path.split(sep).join('/'))
    .sort()
}

function readTexts(at: string, pattern: string): Map<string, string> {
  return new Map(files(at, pattern).map((path) => [path, readFileSync(join(at, path), 'utf8')]))
}
