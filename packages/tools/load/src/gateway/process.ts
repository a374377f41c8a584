import { serve, tell } from '../process/inside.ts'
import { listen } from '../process/listen.ts'
import { machineTime } from '../process/machine-time.ts'
import type { GatewayStart, GatewayWord } from '../process/messages.ts'
import { watchBreakers } from './breaker-states.ts'
import { loadGateway } from './load-gateway.ts'
import type { GaugeReading, PolicyReport } from './reports.ts'

const policies: PolicyReport[] = []
const gauges = new Map<string, () => number>()
const readings: GaugeReading[] = []
let origin = Number.NaN

serve<GatewayStart>({
  async start({ module, upstream, settings, seed }) {
    watchBreakers((policy, state) => policies.push({ policy, state, at: machineTime() }))
    const gauge = (name: string, read: () => number) => void gauges.set(name, read)
    const server = await loadGateway(module, { upstream, settings, seed, gauge })
    tell<GatewayWord>({ type: 'listening', url: await listen(server) })
  },
  begin(time) {
    origin = time
    setInterval(readGauges, 100)
  },
  read: () =>
    tell<GatewayWord>({
      type: 'reports',
      policies: policies.map((report) => ({ ...report, at: report.at - origin })),
      gauges: readings,
    }),
})

function readGauges(): void {
  const at = machineTime() - origin
  if (at < 0) return
  for (const [name, read] of gauges) readings.push({ name, at, value: read() })
}
