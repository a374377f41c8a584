import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@holdfast/testing/redis'
import { Redis } from 'ioredis'
import { type Cell, type Finding, groups, type ManyKeys } from './cell.ts'
import { type Clients, startClients } from './processes.ts'
import { costOf, linesOf, pageOf, type Row } from './report.ts'
import { cpuOf } from './server-cpu.ts'

const rounds = Number(process.argv[2] ?? 5)
const duration = Number(process.argv[3] ?? 300)
const page = new URL('../../results/redis.md', import.meta.url)

const redis = await startRedis({ owned: true })
const admin = new Redis({ port: redis.port, enableOfflineQueue: true })
const version = /redis_version:(\S+)/.exec(await admin.info('server'))?.[1] ?? 'unknown'
const clients: Clients[] = []
for (let i = 0; i < 4; i++) clients.push(await startClients(redis.port))

const rows = groups.flat().map((cell) => ({ cell, rounds: [] as Row['rounds'][number][] }))
for (let round = 1; round <= rounds; round++) {
  for (const row of rows) row.rounds.push(await measured(row.cell))
  console.log(`round ${round} of ${rounds}`)
}
const many = await manyKeys()
for (const one of clients) one.end()
admin.disconnect()
await redis.stop()

for (const row of rows) {
  const { subject, keys, inFlight, processes } = row.cell
  const { client, server, both } = costOf(row)
  const figures = `${client.toFixed(2)} + ${server.toFixed(2)} = ${both.toFixed(2)} µs`
  console.log(`${subject}, ${keys} keys, ${processes} × ${inFlight} in flight: ${figures}`)
}
for (const { says, found, passed } of linesOf(rows))
  console.log(`${passed ? 'pass' : 'MISS'}  ${says}: ${found.toFixed(2)}`)
if (process.argv.length === 2) writeFileSync(page, pageOf(rows, many, `Redis ${version}`))

async function measured(cell: Cell): Promise<Row['rounds'][number]> {
  const before = cpuOf(pid())
  const findings = await Promise.all(
    clients.slice(0, cell.processes).map((one) => one.ask<Finding>({ type: 'measure', cell, duration })),
  )
  const server = Math.max(cpuOf(pid()) - before, 1)
  return {
    decisions: findings.reduce((sum, { decisions }) => sum + decisions, 0),
    client: findings.reduce((sum, { cpu }) => sum + cpu, 0),
    server,
    wall: Math.max(...findings.map(({ wall }) => wall)),
  }
}

async function manyKeys(): Promise<ManyKeys & { readonly server: number }> {
  await admin.flushall()
  const [first] = clients as [Clients]
  const before = cpuOf(pid())
  const finding = await first.ask<ManyKeys>({ type: 'many-keys', keys: 1_000_000, inFlight: 256 })
  const server = cpuOf(pid()) - before
  for (let left = 100; (await admin.dbsize()) > 0; left--) {
    if (left === 0) throw new Error(`${await admin.dbsize()} keys are left on the server`)
    await sleep(100)
  }
  return { ...finding, server }
}

function pid(): number {
  if (redis.pid === undefined) throw new Error('the server is gone')
  return redis.pid
}
