import { Visitor } from 'oxc-parser'
import { lineAt, parse } from './parse.ts'

/** One mention of another module, whichever way it is written. */
export interface Import {
  readonly specifier: string
  readonly line: number
}

/**
 * Every module that a source text names: `import`, `export … from`, `import()` and the type `import('…')`. Imports that only types
 * need count as well, since the published declarations need them.
 */
export function importsOf(path: string, text: string): Import[] {
  const { program, module } = parse(path, text)
  const found: Import[] = []
  const add = (specifier: string, start: number) => found.push({ specifier, line: lineAt(text, start) })

  for (const { moduleRequest, start } of module.staticImports) add(moduleRequest.value, start)
  for (const { start, entries } of module.staticExports) {
    const request = entries[0]?.moduleRequest
    if (request) add(request.value, start)
  }
  new Visitor({
    ImportExpression: ({ source, start }) => add(source.type === 'Literal' ? String(source.value) : computed, start),
    TSImportType: ({ source, start }) => add(source.value, start),
  }).visit(program)
  return found.sort((a, b) => a.line - b.line)
}

/** What stands for a specifier that is only known when the program runs. */
export const computed = '(computed)'

/** `@scope/name` of `@scope/name/deep`, `name` of `name/deep`. */
export function packageOf(specifier: string): string {
  const [first = '', second] = specifier.split('/')
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first
}

export function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:')
}
