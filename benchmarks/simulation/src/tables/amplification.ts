import { amplification } from '../amplification.ts'
import { naive, noRetry, ours } from '../arms.ts'
import { table } from '../table.ts'

export async function amplificationTable(seed: number): Promise<string> {
  const rows: string[][] = []
  for (const [name, arm] of Object.entries({ 'never retries': noRetry, ours, naive })) {
    const { calls, successes, attempts, outage } = await amplification(arm, { seed })
    rows.push([name, String(calls), String(successes), String(attempts), outage.toFixed(2)])
  }
  return table(['clients', 'calls', 'successes', 'attempts', 'attempts a call, while all fail'], rows)
}
