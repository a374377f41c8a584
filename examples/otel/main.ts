import './telemetry.ts'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { priceServer } from './server.ts'
import { exporter, telemetry } from './telemetry.ts'
import { startUpstream } from './upstream.ts'

// A server under load whose dependency is down for a third of the time. What would Prometheus see?

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '6' }, stay: { type: 'boolean' } } })
const seconds = Number(values.seconds)
const upstream = await startUpstream(seconds)
const app = priceServer(upstream.url)
const url = await app.listen({ port: 0, host: '127.0.0.1' })

console.log(`${seconds} s of load on ${url}/price; scraped at ${url}/metrics\n`)
const { requests, non2xx } = await autocannon({ url: `${url}/price`, connections: 20, duration: seconds })
console.log(`${requests.total} requests answered, ${non2xx} of them not with 200\n`)

const page = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text()
const told = /^(holdfast_decisions_total|holdfast_circuit_breaker_transitions_total|\w+_duration_count)\{/
for (const line of page.split('\n').filter((one) => told.test(one)))
  console.log(line.replace(/,?otel_scope_\w+="[^"]*"/g, ''))

if (values.stay) console.log('\nIt stays: point Prometheus at it, and stop it with Ctrl-C.')
else {
  await app.close()
  upstream.close()
  telemetry[Symbol.dispose]()
  await exporter.shutdown()
}
