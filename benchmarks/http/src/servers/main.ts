import { writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { addedRows, addedTable, addsLittle } from './added.ts'
import { measureServers } from './measure-servers.ts'
import { serverGroups } from './server-groups.ts'

const PROCESSES = 5
const ROUNDS = 12

const words = process.argv.slice(2).filter((word) => word !== '--check')
const shown = serverGroups.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))

const tables: string[] = []
for (const group of shown) {
  const rows = addedRows(group, await measureServers(group, PROCESSES, ROUNDS))
  tables.push(`## ${group.name}`, addedTable(group, rows))
  console.log(`\n${group.name}\n\n${addedTable(group, rows)}`)
  if (process.argv.includes('--check') && !addsLittle(group, rows)) process.exitCode = 1
}

const date = new Date().toISOString().slice(0, 10)
const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`
const page = [
  '# HTTP servers',
  'Written by `node benchmarks/http/src/servers/main.ts`. What the columns mean stands in [the README](../http/README.md).',
  `${date}, Node ${process.versions.node}, ${machine}.`,
  ...tables,
]
if (words.length === 0)
  writeFileSync(new URL('../../../results/http-servers.md', import.meta.url), `${page.join('\n\n')}\n`)
