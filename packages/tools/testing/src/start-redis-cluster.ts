import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkDuration } from './checks.ts'
import { findServer } from './redis-finder.ts'
import { startOwned } from './redis-owned.ts'
import { askRedis } from './redis-ping.ts'
import type { RedisServer } from './redis-server.ts'

/** What `startRedisCluster` takes. */
export interface RedisClusterOptions {
  /**
   * More arguments for each node.
   * @default []
   */
  readonly args?: readonly string[] | undefined
  /**
   * How long the nodes may take until they serve all slots together, in ms.
   * @default 20_000
   */
  readonly startTimeout?: number | undefined
}

/** A Cluster to test against: three masters without replicas, which share the slots. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[]
  /** Put before every key it keeps tests apart. */
  readonly prefix: string
  /** Ends all nodes and removes their folders. */
  stop(): Promise<void>
}

const SLOTS = 16_384
const NODES = 3
/** Each node listens on a second port, 10,000 above its own. */
const HIGHEST_PORT = 65_535 - 10_000

/** Starts a private Cluster of three nodes on free ports of 127.0.0.1. It ends with this process, however that ends. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { args = [], startTimeout = 20_000 } = options
  checkDuration('startTimeout', startTimeout)
  const binary = await findServer()
  const prefix = `test:${randomUUID().slice(0, 8)}:`
  const nodeArgs = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...args]
  const nodes: RedisServer[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    while (nodes.length < NODES) {
      nodes.push(await startNode({ binary, args: nodeArgs, startTimeout, prefix }))
    }
    await join(nodes)
    await untilServing(nodes, startTimeout)
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, prefix, stop, [Symbol.asyncDispose]: stop }
}

async function startNode(redis: Parameters<typeof startOwned>[0]): Promise<RedisServer> {
  for (let triesLeft = 20; ; triesLeft--) {
    try {
      const node = await startOwned(redis)
      if (node.port <= HIGHEST_PORT) return node
      await node.stop()
    } catch (error) {
      // Some versions start on such a port, others do not.
      if (triesLeft === 1 || !/too high|bus port|out of range|Address already in use/i.test(String(error))) throw error
    }
  }
}

async function join(nodes: readonly RedisServer[]): Promise<void> {
  const [first] = nodes as [RedisServer]
  for (const [i, node] of nodes.entries()) {
    const from = Math.ceil((i * SLOTS) / nodes.length)
    const to = Math.ceil(((i + 1) * SLOTS) / nodes.length)
    const slots = Array.from({ length: to - from }, (_, slot) => String(from + slot))
    await ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1))
    await ask(node, 'CLUSTER', 'ADDSLOTS', ...slots)
    if (node !== first) await ask(node, 'CLUSTER', 'MEET', first.host, String(first.port))
  }
}

/** Every node must know all of them: a client may ask any. */
async function untilServing(nodes: readonly RedisServer[], timeout: number): Promise<void> {
  const giveUp = performance.now() + timeout
  for (const node of nodes) {
    for (;;) {
      const info = await ask(node, 'CLUSTER', 'INFO')
      if (info.includes('cluster_state:ok') && info.includes(`cluster_size:${nodes.length}`)) break
      if (performance.now() > giveUp) throw new Error(`The Redis Cluster did not form within ${timeout} ms:\n${info}`)
      await sleep(50)
    }
  }
}

function ask({ host, port }: RedisServer, ...command: string[]): Promise<string> {
  return askRedis({ host, port }, command, 5_000)
}
