import { contention } from '../contention.ts'
import { table } from '../table.ts'

export async function contentionTable(seed: number): Promise<string> {
  const rows: string[][] = []
  for (const jitter of ['full', 'equal', 'none'] as const) rows.push([jitter, String(await contention(jitter, seed))])
  return table(['jitter', 'attempts of 100 contenders'], rows)
}
