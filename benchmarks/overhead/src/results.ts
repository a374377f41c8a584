import { mkdirSync, writeFileSync } from 'node:fs'
import type { Chapter } from './chapter.ts'
import type { Environment } from './environment.ts'
import { show } from './show.ts'
import { markdownTable } from './table.ts'

const folder = new URL('../../results/', import.meta.url)

/** Writes `overhead.md` for readers and `overhead.json` for programs. */
export function writeResults(chapters: readonly Chapter[], where: Environment): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('overhead.md', folder), markdown(chapters, where))
  writeFileSync(new URL('overhead.json', folder), `${JSON.stringify({ ...where, chapters }, brief, 2)}\n`)
}

export function markdown(chapters: readonly Chapter[], where: Environment): string {
  const packages = Object.entries(where.packages).map(([name, version]) => `${name} ${version}`)
  const tables = chapters.flatMap((chapter) => {
    const { columns, cells } = show(chapter)
    return [`## ${chapter.title}`, markdownTable(columns, cells)]
  })
  const machine = `${where.platform}, ${where.cores} cores, load ${where.load}`
  return `${[
    '# Overhead',
    'Written by `pnpm bench`. What the columns mean stands in [the README](../overhead/README.md).',
    `${where.date}, Node ${where.node} (V8 ${where.v8}), ${machine}; ${packages.join(', ')}.`,
    ...tables,
  ].join('\n\n')}\n`
}

/** Six digits of each figure, and no single rounds. */
function brief(key: string, value: unknown): unknown {
  if (key === 'rounds') return undefined
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value
}
