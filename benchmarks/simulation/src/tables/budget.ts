import { budgetChoice, PROCESSES, SHARES } from '../budget-choice.ts'
import { percent, table, times } from '../table.ts'

export async function budgetTable(seed: number): Promise<string> {
  const rows: string[][] = []
  for await (const { earns, ratio, holds, recovery, busy, saved } of budgetChoice(seed)) {
    rows.push([earns, ratio, holds, ...recovery.map(times), percent(busy), ...saved.map((share) => percent(share, 1))])
  }
  const shared = PROCESSES.map((processes) => `storm, ${150 / processes}/s each`)
  const made = SHARES.map((share) => `saved of ${percent(share)}`)
  return table(['earns', 'ratio', 'holds', ...shared, 'busy', ...made], rows)
}
