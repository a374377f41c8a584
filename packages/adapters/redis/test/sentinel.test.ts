import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokenBucketLimit } from '@holdfast/rate-limit'
import { type RedisServer, startRedis } from '@holdfast/testing/redis'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { redisLimiter, redisStore } from '../src/index.ts'
import { connected } from './redis.ts'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A Sentinel that watches one master, by the same program as the servers. */
async function startSentinel(master: RedisServer): Promise<{ readonly port: number } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-sentinel-'))
  const port = await freePort()
  const file = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor mymaster ${master.host} ${master.port} 1`,
    'sentinel down-after-milliseconds mymaster 500',
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const start = 'exec "$(command -v redis-server || command -v valkey-server)" "$1" --sentinel'
  const child = spawn('sh', ['-c', start, 'sh', file], { cwd: folder, stdio: 'ignore' })
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

describe('Redis behind a Sentinel', () => {
  it('goes on after a failover, with the levels that were replicated', async () => {
    await using master = await startRedis({ owned: true })
    await using replica = await startRedis({ owned: true, args: ['--replicaof', master.host, String(master.port)] })
    await using sentinel = await startSentinel(master)
    const admin = await connected(replica)
    await expect.poll(() => admin.info('replication'), { timeout: 20_000 }).toContain('master_link_status:up')
    const watcher = new Redis({ port: sentinel.port })
    watcher.on('error', () => {})
    await expect
      .poll(async () => String(await watcher.call('SENTINEL', 'REPLICAS', 'mymaster').catch(String)), {
        timeout: 20_000,
      })
      .toContain(String(replica.port))

    const client = new Redis({
      sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
      name: 'mymaster',
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
    })
    client.on('error', () => {})
    const limit = tokenBucketLimit({ name: 'api', rate: 1, per: 3_600_000, burst: 10 })
    const limiter = redisLimiter(redisStore(client, { timeout: 5_000, breaker: { openFor: 50 } }), limit)
    expect(await limiter.take('key', { cost: 4 })).toMatchObject({ degraded: false, remaining: 6 })
    await expect.poll(() => admin.dbsize()).toBe(1)

    await watcher.call('SENTINEL', 'FAILOVER', 'mymaster')
    await expect.poll(() => admin.info('replication'), { timeout: 30_000 }).toContain('role:master')
    await master.kill()
    await expect
      .poll(() => limiter.take('key'), { timeout: 30_000, interval: 100 })
      .toMatchObject({ degraded: false, allowed: true })
    expect((await limiter.peek('key')).remaining).toBeLessThanOrEqual(5)
    for (const one of [client, admin, watcher]) one.disconnect()
  })
})
