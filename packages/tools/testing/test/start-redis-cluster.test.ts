import { describe, expect, it } from 'vitest'
import { startRedisCluster } from '../src/redis.ts'
import { askRedis } from '../src/redis-ping.ts'

describe('a private Cluster', () => {
  it('serves all slots by three nodes, and each sends on whom another serves', async () => {
    await using cluster = await startRedisCluster()
    expect(cluster.nodes).toHaveLength(3)
    const ask = (node: number, ...command: string[]): Promise<string> => {
      const { host = '', port = 0 } = cluster.nodes[node] ?? {}
      return askRedis({ host, port }, command, 1_000)
    }
    expect(await ask(0, 'CLUSTER', 'KEYSLOT', 'foo')).toBe('12182')
    expect(await ask(2, 'SET', 'foo', 'bar')).toBe('OK')
    await expect(ask(0, 'GET', 'foo')).rejects.toThrow(`answered MOVED 12182 127.0.0.1:${cluster.nodes[2]?.port}`)
  })

  it('leaves no process when it is stopped', async () => {
    const cluster = await startRedisCluster()
    await cluster.stop()
    for (const { pid } of cluster.nodes) expect(pid).toBeUndefined()
  })

  it('fails at once on a bad startTimeout', async () => {
    await expect(startRedisCluster({ startTimeout: -1 })).rejects.toThrow('startTimeout must be')
  })
})
