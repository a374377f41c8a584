import { naive, noRetry, ours } from '../arms.ts'
import { large, small } from '../scales.ts'
import { storm } from '../storm.ts'
import { percent, seconds, table } from '../table.ts'

export async function stormTable(seed: number): Promise<string> {
  const rows: string[][] = []
  for (const [size, scale] of Object.entries({ small, large })) {
    for (const [name, arm] of Object.entries({ 'never retries': noRetry, ours, naive })) {
      for (const maxQueued of [undefined, Math.ceil(scale.capacity / 4)]) {
        const { recovery, goodput, amplification } = await storm({
          ...scale,
          seed,
          arm,
          ...(maxQueued === undefined ? { watch: 60_000 } : { maxQueued, watch: 10_000 }),
        })
        rows.push([
          `${size}, ${name}`,
          maxQueued === undefined ? 'lets wait' : 'sheds',
          seconds(recovery),
          percent(goodput.before),
          percent(goodput.after),
          amplification.toFixed(2),
        ])
      }
    }
  }
  return table(
    ['clients', 'server', 'recovers in', 'good before', 'good until then', 'attempts a call, meanwhile'],
    rows,
  )
}
