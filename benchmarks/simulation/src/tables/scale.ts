import { tenMinutes } from '../scale.ts'
import { percent, table } from '../table.ts'

export async function scaleTable(seed: number): Promise<string> {
  const began = process.hrtime.bigint()
  const { network } = await tenMinutes({ seed })
  const took = Number(process.hrtime.bigint() - began) / 1e9
  const rows = network
    .periods()
    .filter(({ from }) => from % 60_000 === 0 && from < 600_000)
    .map(({ from }) => {
      const { offered, attempts, goodput, latency } = network.between(from, from + 60_000)
      return [`${from / 60_000}`, String(offered), String(attempts), percent(goodput), `${latency.p99.toFixed(0)} ms`]
    })
  const note = `${took.toFixed(1)} s of real time, digest ${network.digest}`
  return `${table(['minute', 'calls', 'attempts', 'good', 'p99'], rows)}\n\n${note}`
}
