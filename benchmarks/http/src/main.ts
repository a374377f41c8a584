import { writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { groups } from './groups.ts'
import { measure } from './measure.ts'
import { holds, page, table } from './page.ts'

const PROCESSES = 5

const words = process.argv.slice(2).filter((word) => word !== '--check')
const shown = groups.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))

const measured = []
for (const group of shown) {
  const rows = await measure(group, PROCESSES)
  measured.push({ name: group.name, rows })
  console.log(`\n${group.name}\n\n${table(rows)}`)
}

const date = new Date().toISOString().slice(0, 10)
const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`
const where = `${date}, Node ${process.versions.node} (undici ${process.versions['undici']}), ${machine}.`
if (words.length === 0) writeFileSync(new URL('../../results/http.md', import.meta.url), page(where, measured))

const missed = measured.flatMap(({ rows }) => rows.filter((row) => !holds(row)))
if (process.argv.includes('--check') && missed.length > 0) process.exitCode = 1
