import { probes } from '../probes.ts'
import { percent, table } from '../table.ts'

export async function probesTable(seed: number): Promise<string> {
  const rows: string[][] = []
  for (const jitter of ['equal', 'none'] as const) {
    rows.push([jitter, ...(await probes(jitter, seed)).map((share) => percent(share))])
  }
  return table(['jitter', '1st probe, within one second', '2nd', '3rd'], rows)
}
