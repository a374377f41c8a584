import { parse } from './parse.ts'

/** The names that a package's index gives away: those that exist when it runs, and those for the type checker only. */
export interface ExportNames {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

/** Reads the export names of an index, sorted. Whoever exports by `*` hides what he exports: that throws. */
export function exportsOf(path: string, text: string): ExportNames {
  const entries = parse(path, text).module.staticExports.flatMap(({ entries }) => entries)
  const names = entries.map(({ exportName, isType }) => {
    if (exportName.kind !== 'Name' || exportName.name === null)
      throw new Error(`${path}: every export has a name of its own`)
    return { name: exportName.name, isType }
  })
  const sorted = (types: boolean) =>
    names
      .filter(({ isType }) => isType === types)
      .map(({ name }) => name)
      .sort()
  return { values: sorted(false), types: sorted(true) }
}

/** One line a name, the way it stands in the committed list. */
export function listing({ values, types }: ExportNames): string {
  return [...values.map((name) => `value ${name}\n`), ...types.map((name) => `type ${name}\n`)].join('')
}
