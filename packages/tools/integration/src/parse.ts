import { type Comment, type EcmaScriptModule, type Program, parseSync } from 'oxc-parser'

/** A source file, parsed. */
export interface Parsed {
  readonly path: string
  readonly text: string
  readonly program: Program
  readonly module: EcmaScriptModule
  readonly comments: readonly Comment[]
}

/** Parses TypeScript. A file that is no TypeScript throws: a check that skips what it cannot read checks nothing. */
export function parse(path: string, text: string): Parsed {
  const { program, module, comments, errors } = parseSync(path, text, { sourceType: 'module', lang: 'ts' })
  const [error] = errors
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`)
  return { path, text, program, module, comments }
}

/** The line, from 1, on which an offset lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
