import { fairness, keyed, open, prioritized, shared } from '../fairness.ts'
import { percent, table } from '../table.ts'

export async function fairnessTable(seed: number): Promise<string> {
  const rows: string[][] = []
  for (const [name, door] of Object.entries({
    open,
    'one bulkhead': shared,
    'one for each tenant': keyed,
    'one with priorities': prioritized,
  })) {
    for (const greedy of [false, true]) {
      const priority = greedy && door === prioritized ? 'background' : 'normal'
      const { others, greedy: one } = await fairness(door, { greedy, priority, seed })
      rows.push([
        name,
        greedy ? '100 ×' : 'as usual',
        percent(others.goodput),
        `${others.p99.toFixed(0)} ms`,
        percent(one.goodput),
      ])
    }
  }
  return table(['door', 'one tenant calls', 'good, the worst of the others', 'their p99', 'good, that one'], rows)
}
