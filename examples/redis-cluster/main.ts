import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startRedisCluster } from '@holdfast/testing/redis'
import { everybody, type Orders, type Report, tenant, tenants } from './plan.ts'

// Four processes share two limits on a Redis Cluster of three nodes. Do they keep them, in every stretch of time?

const processes = 4
const duration = 3_000
await using cluster = await startRedisCluster()
console.log(`${processes} processes ask for ${duration / 1_000} s, as fast as they can, of a Cluster of three nodes.\n`)

const worker = fileURLToPath(new URL('worker.ts', import.meta.url))
const orders: Orders = { ports: cluster.nodes.map(({ port }) => port), duration }
const reports = await Promise.all(Array.from({ length: processes }, () => run(orders)))
const admitted = reports.flatMap((report) => report.admitted)
const timesOf = (who?: string) =>
  admitted.flatMap(({ who: whose, at }) => (who === undefined || who === whose ? [at] : [])).sort((a, b) => a - b)
const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0)

for (const [i, { admitted, refused }] of reports.entries()) {
  console.log(`process ${i + 1}: ${admitted.length} admitted, ${refused} refused`)
}
console.log(
  `together:  ${admitted.length} admitted, ${sum(({ refused }) => refused)} refused, ${sum(({ degraded }) => degraded)} without Redis\n`,
)

// Times are those at which a process heard of it: an answer may have been under way for a moment, and counts for that much longer.
const underWay = 100
const bucket = (ms: number) => tenant.burst + (tenant.rate * (ms + underWay)) / 1_000
const window = (ms: number) => (ms + underWay <= everybody.window ? everybody.limit : Infinity)
const ofTenants = Math.max(...tenants.map((who) => worst(timesOf(who), bucket)))
const ofEverybody = worst(timesOf(), window)
console.log('Of what was allowed, in the worst of all stretches of time T, was used:')
console.log(`  ${tenant.burst} + ${tenant.rate} · T by one tenant: ${percent(ofTenants)}`)
console.log(`  ${everybody.limit} in ${everybody.window} ms by all together: ${percent(ofEverybody)}`)
const kept = ofTenants <= 1 && ofEverybody <= 1
console.log(kept ? '\nBoth limits were kept.' : '\nA limit was BROKEN.')
process.exitCode = kept ? 0 : 1

/** Looks at every stretch from one admission to another: which share of the bound was used at most? */
function worst(times: readonly number[], bound: (ms: number) => number): number {
  let share = 0
  for (let from = 0; from < times.length; from++) {
    for (let to = from; to < times.length; to++) {
      share = Math.max(share, (to - from + 1) / bound((times[to] ?? 0) - (times[from] ?? 0)))
    }
  }
  return share
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function run(orders: Orders): Promise<Report> {
  const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.on('message', (report) => resolve(report as Report))
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`a process ended with ${code} and said nothing`)))
    child.send(orders)
  })
}
