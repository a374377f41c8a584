import { median, quantile } from '../statistics.ts'
import type { ServerRound } from './measure-servers.ts'
import type { ServerGroup } from './server-group.ts'

/** A server, as it was found. */
export interface AddedRow {
  readonly name: string
  /** CPU time of a request, in µs. */
  readonly cpu: number
  /** How much more that is than that of the bare framework in the same round, in the median. */
  readonly added: number
  /** The same from the quickest tenths of both: what a busy neighbour costs is not in it. */
  readonly quickAdded: number
}

export function addedRows({ bare, contenders }: ServerGroup, rounds: readonly ServerRound[]): AddedRow[] {
  const of = (name: string): number[] => rounds.map((round) => round[name] ?? Number.NaN)
  return Object.keys(contenders).map((name) => ({
    name,
    cpu: median(of(name)),
    added: median(rounds.map((round) => (round[name] ?? Number.NaN) - (round[bare] ?? Number.NaN))),
    quickAdded: quantile(of(name), 0.1) - quantile(of(bare), 0.1),
  }))
}

/** Whether ours adds little enough, by itself and beside the peer. */
export function addsLittle({ ours, peer, lines }: ServerGroup, rows: readonly AddedRow[]): boolean {
  const added = (name: string): number => rows.find((row) => row.name === name)?.added ?? Number.NaN
  return added(ours) <= lines.added && added(ours) <= lines.ofPeer * added(peer)
}

export function addedTable(group: ServerGroup, rows: readonly AddedRow[]): string {
  const { ours, peer, lines } = group
  const added = (name: string): number => rows.find((row) => row.name === name)?.added ?? Number.NaN
  const share = added(ours) / added(peer)
  const cells = rows.map(({ name, cpu, added: more, quickAdded }) => {
    const line = name === ours ? `≤ ${lines.added} µs, ≤ ${lines.ofPeer} × the peer's` : ''
    const verdict = name === ours ? `${share.toFixed(2)} ×: ${addsLittle(group, rows) ? 'pass' : 'MISS'}` : ''
    return [name, cpu.toFixed(1), more.toFixed(1), quickAdded.toFixed(1), line, verdict]
  })
  const columns = ['row', 'CPU µs', 'added µs', 'added, 10 %', 'line', 'verdict']
  const rule = columns.map((_, at) => (at === 0 || at > 3 ? '---' : '--:'))
  return [columns, rule, ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
