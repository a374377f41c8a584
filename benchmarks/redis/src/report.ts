import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { availableParallelism, loadavg } from 'node:os'
import type { Cell, ManyKeys, Subject } from './cell.ts'

/** What one cell came to in each round. */
export interface Row {
  readonly cell: Cell
  readonly rounds: readonly {
    readonly decisions: number
    readonly client: number
    readonly server: number
    readonly wall: number
  }[]
}

/** A line of the design, and whether it was passed. */
interface Line {
  readonly says: string
  readonly found: number
  readonly passed: boolean
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** CPU of a decision, in µs: of the clients, of the server, and together. */
export function costOf({ rounds }: Row): { readonly client: number; readonly server: number; readonly both: number } {
  const each = (part: (round: Row['rounds'][number]) => number) =>
    median(rounds.map((round) => (1_000 * part(round)) / round.decisions))
  return {
    client: each(({ client }) => client),
    server: each(({ server }) => server),
    both: each(({ client, server }) => client + server),
  }
}

export function linesOf(rows: readonly Row[]): Line[] {
  /** How much less CPU it takes than the peer: the median of the ratios within each round. */
  const ratio = (subject: Subject, keys: number, inFlight: number): number => {
    const find = (of: Subject) =>
      rows.find(
        ({ cell }) => cell.subject === of && cell.keys === keys && cell.inFlight === inFlight && cell.processes === 1,
      )?.rounds ?? []
    const peer = find('rate-limiter-flexible')
    return median(
      find(subject).map((mine, i) => {
        const its = peer[i] ?? mine
        return (its.client + its.server) / its.decisions / ((mine.client + mine.server) / mine.decisions)
      }),
    )
  }
  const many = 1 / ratio('exact', 10_000, 64)
  const hot = ratio('exact', 1, 64)
  const hotter = ratio('exact', 1, 256)
  const leased = ratio('leased', 1, 64)
  return [
    { says: '10,000 keys, 64 in flight, exact: CPU ≤ 0.4 × rate-limiter-flexible', found: many, passed: many <= 0.4 },
    { says: 'one hot key, 64 in flight, exact: ≥ 8 × its decisions per CPU second', found: hot, passed: hot >= 8 },
    { says: 'one hot key, 256 in flight, exact: ≥ 20 ×', found: hotter, passed: hotter >= 20 },
    { says: 'one hot key, 64 in flight, lease of 100: ≥ 12 ×', found: leased, passed: leased >= 12 },
  ]
}

export function pageOf(rows: readonly Row[], many: ManyKeys & { readonly server: number }, server: string): string {
  const number = (value: number, digits = 2) => value.toFixed(digits)
  const body = rows.map((row) => {
    const { cell } = row
    const { client, server, both } = costOf(row)
    const wall = median(row.rounds.map(({ decisions, wall }) => (1_000 * decisions) / wall))
    return `| ${cell.subject} | ${cell.keys} | ${cell.inFlight} | ${cell.processes} | ${number(client)} | ${number(server)} | ${number(both)} | ${Math.round(1e6 / both)} | ${Math.round(wall)} |`
  })
  const lines = linesOf(rows).map(
    ({ says, found, passed }) => `| ${says} | ${number(found)} | ${passed ? 'pass' : 'MISS'} |`,
  )
  const names = ['@holdfast/redis', 'ioredis', 'rate-limiter-flexible', 'rate-limit-redis']
  const versions = names.map((name) => `${name} ${versionOf(name)}`).join(', ')
  const load = (loadavg()[0] ?? 0).toFixed(1)
  return `# Decisions on Redis

Written by \`node benchmarks/redis/src/main.ts\`. What is measured stands in [the README](../redis/README.md).

${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores, load ${load}; ${server}; ${versions}. The median of ${rows[0]?.rounds.length ?? 0} rounds.

| line | found | verdict |
|---|--:|---|
${lines.join('\n')}

CPU is user and system, as the operating system counts it, in µs for a decision.

| who | keys | in flight | processes | client | server | together | decisions per CPU second | per second |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
${body.join('\n')}

A million keys, each asked for once, 256 in flight: ${number(many.wall / 1_000, 1)} s, ${number((1_000 * (many.cpu + many.server)) / many.decisions)} µs of CPU a decision. It left ${number(Math.max(0, many.heap), 1)} MB in
the client's heap, and no key on the server when the longest TTL was over.
`
}

function versionOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url)
  if (manifest === undefined) throw new Error(`${name} is not installed`)
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'))
  return version
}
