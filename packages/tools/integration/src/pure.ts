import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Statement, Visitor } from 'oxc-parser'
import type { Package } from './package.ts'
import { parse } from './parse.ts'
import { placeOf } from './place.ts'
import { root } from './workspace.ts'

/** What a package exports, takes, throws and tells, and the platform's dice: they decide nothing. */
const undecided: ReadonlySet<string> = new Set(['index.ts', 'options.ts', 'errors.ts', 'events.ts', 'random.ts'])

/** Whoever holds one of these is a shell: it waits, is called back, or passes calls on. */
const shells: ReadonlySet<string> = new Set([
  'AbortSignal',
  'AsyncLocalStorage',
  'AsyncResource',
  'Call',
  'CallNode',
  'Clock',
  'Events',
  'Policy',
  'Promise',
  'PromiseLike',
  'Run',
  'Sink',
])

/** Whether a file holds an algorithm and nothing else: no promise, no timer, no event, no call, and not types alone. */
export function isPure(path: string, text: string): boolean {
  const { program } = parse(path, text)
  let pure = !undecided.has(basename(path)) && program.body.some(isCode)
  new Visitor({
    Identifier({ name }) {
      if (shells.has(name)) pure = false
    },
  }).visit(program)
  return pure
}

function isCode(statement: Statement): boolean {
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      return statement.declaration !== null && isCode(statement.declaration)
    case 'ImportDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return false
    default:
      return true
  }
}

/** The pure files that mutation testing changes, from the root of the workspace: `stryker.config.json` names them, one by one. */
export function namedAsPure(at: string = root): string[] {
  const { mutate } = JSON.parse(readFileSync(join(at, 'stryker.config.json'), 'utf8')) as { readonly mutate: string[] }
  return mutate
}

/** The pure files of the foundation and the policies that are not among `named`, in a sentence each. */
export function forgotten(packages: readonly Package[], named: readonly string[]): string[] {
  const known = new Set(named)
  return packages
    .filter(({ folder }) => ['foundation', 'policies'].includes(placeOf(folder).floor))
    .flatMap(({ folder, sources }) => [...sources].map(([path, text]) => ({ path: `${folder}/${path}`, text })))
    .filter(({ path, text }) => !known.has(path) && isPure(path, text))
    .map(({ path }) => `${path}: is pure and not named in stryker.config.json`)
}
