import { TimeoutError, timeout } from '@holdfast/timeout'
import { type Experience, sendAll } from './client.ts'
import { percentile, table } from './figures.ts'
import { startFlakyServer } from './flaky-server.ts'

// One request in fifty hangs for two seconds. What does the client feel, without a timeout and with one?

const requests = 600
const atOnce = 20
const limit = 100
const server = await startFlakyServer({ seed: 7, share: 0.02, hang: 2_000 })
console.log(`${requests} requests, ${atOnce} at a time, to a server that hangs for 2 s on one request in fifty.\n`)

const hello = async (n: number, signal?: AbortSignal) => {
  const response = await fetch(`${server.url}/${n}`, { signal: signal ?? null })
  return response.text()
}
const inTime = timeout(limit)

const without = await sendAll(requests, atOnce, (n) => hello(n))
const within = await sendAll(requests, atOnce, (n) => inTime.execute((call) => hello(n, call.signal)))
server.close()

const ms = (value: number) => `${value.toFixed(0)} ms`
const row = (name: string, { durations, errors }: Experience) => [
  name,
  ...[0.5, 0.99, 1].map((share) => ms(percentile(durations, share))),
  `${errors.length}`,
]
console.log(table([['', 'p50', 'p99', 'max', 'errors'], row('no timeout', without), row(`timeout(${limit})`, within)]))

const before = percentile(without.durations, 0.99)
const after = percentile(within.durations, 0.99)
const comparison = after < before ? `${(before / after).toFixed(0)} times lower` : 'no lower'
const timedOut = within.errors.filter((error) => error instanceof TimeoutError).length
console.log(`
With timeout(${limit}) the 99th percentile is ${comparison}: ${ms(after)} instead of ${ms(before)}. The price: \
${within.errors.length} of ${requests} requests failed, ${timedOut} of them with a TimeoutError; without it ${without.errors.length} failed.`)
