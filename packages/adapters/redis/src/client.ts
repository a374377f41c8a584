import { checkMethods, wrongType } from '@holdfast/core'

/** What is used of a client: any `Redis` or `Cluster` of ioredis 6 is one. */
export interface RedisClient {
  readonly status: string
  readonly isCluster: boolean
  readonly options: object
  call(command: string, args: (string | number)[]): Promise<unknown>
  connect(): Promise<void>
  once(event: 'ready' | 'close', listener: () => void): unknown
  removeListener(event: 'ready' | 'close', listener: () => void): unknown
}

/** The options of ioredis that decide whether a command may be sent later than it was given, or twice. */
interface Settings {
  readonly enableOfflineQueue?: unknown
  readonly autoResendUnfulfilledCommands?: unknown
  readonly retryDelayOnFailover?: unknown
  readonly clusterNodeRetryStrategy?: unknown
  readonly redisOptions?: { readonly autoResendUnfulfilledCommands?: unknown } | null | undefined
  readonly keyPrefix?: unknown
}

export function checkClient(client: RedisClient): RedisClient {
  checkMethods('client', client, ['call', 'connect', 'once', 'removeListener'])
  return typeof client.status === 'string' ? client : wrongType('client', 'a Redis or Cluster of ioredis', client)
}

/** In which ways the client might send a command late, or twice. */
function dangersOf(client: RedisClient): string[] {
  const settings: Settings = client.options
  const dangers: string[] = []
  const check = (name: string, value: unknown, safe: boolean | number): void => {
    if (value !== safe) dangers.push(`${name} must be ${safe}, got ${value}`)
  }
  check('enableOfflineQueue', settings.enableOfflineQueue, false)
  if (!client.isCluster) check('autoResendUnfulfilledCommands', settings.autoResendUnfulfilledCommands, false)
  else {
    check('retryDelayOnFailover', settings.retryDelayOnFailover, 0)
    if (typeof settings.clusterNodeRetryStrategy === 'function') {
      const { autoResendUnfulfilledCommands } = settings.redisOptions ?? {}
      check('redisOptions.autoResendUnfulfilledCommands', autoResendUnfulfilledCommands, false)
    }
  }
  return dangers
}

const warned = new WeakSet<RedisClient>()

/** Throws, or warns once for each client, when it might send a command late or twice. */
export function checkDangers(client: RedisClient, mode: 'throw' | 'warn' | 'off'): void {
  if (mode === 'off') return
  const dangers = dangersOf(client)
  const [first] = dangers
  if (first === undefined) return
  if (mode === 'throw') {
    throw new RangeError(`client: ${dangers.join('; ')}. Otherwise it may send a decision late, or twice`)
  }
  if (warned.has(client)) return
  warned.add(client)
  process.emitWarning(`The ioredis client may send a decision late, or twice: ${dangers.join('; ')}`, {
    type: 'HoldfastWarning',
    code: 'HOLDFAST_REDIS_CLIENT',
  })
}

/** What the client itself puts before every key. */
export function keyPrefixOf(client: RedisClient): string {
  const { keyPrefix }: Settings = client.options
  return keyPrefix === undefined || keyPrefix === null ? '' : String(keyPrefix)
}

/** One connection: a client, or what a Cluster has for one of its nodes. */
interface Connection {
  readonly status: string
  readonly options: { readonly host?: unknown; readonly port?: unknown }
  connect(): Promise<unknown>
  once(event: 'ready' | 'close', listener: () => void): unknown
  removeListener(event: 'ready' | 'close', listener: () => void): unknown
}

/** What a Cluster of ioredis shows of its nodes. */
interface NodesOfCluster {
  /** For each slot, the nodes that serve it, the master first. */
  readonly slots: readonly (readonly string[] | undefined)[]
  nodes(role: 'master'): Connection[]
}

function nodesOf(client: RedisClient): NodesOfCluster | undefined {
  const cluster = client as RedisClient & Partial<NodesOfCluster>
  const { slots } = cluster
  if (!Array.isArray(slots) || typeof cluster.nodes !== 'function') return undefined
  return { slots, nodes: (role) => cluster.nodes?.(role) ?? [] }
}

/** The node that serves a slot, as far as the client knows. */
export function nodeOfSlot(client: RedisClient, slot: number): string | undefined {
  return nodesOf(client)?.slots[slot]?.[0]
}

/** States of a connection that is about to be ready. */
const coming: readonly string[] = ['wait', 'connecting', 'connect']

/** Says when a connection can send at once: what a client is given before, it may send when nobody wants it any more. */
export class Readiness {
  private readonly client: RedisClient
  private readonly waiting = new WeakMap<Connection, Promise<void>>()

  constructor(client: RedisClient) {
    this.client = client
  }

  /** `undefined` when it can; else a promise for when it can. Throws, or rejects, when that is not to come soon. */
  wait(slot: number): Promise<void> | undefined {
    const { client } = this
    const whole = this.connected(client)
    if (!client.isCluster) return whole
    return whole === undefined ? this.node(slot) : whole.then(() => this.node(slot))
  }

  private node(slot: number): Promise<void> | undefined {
    const cluster = nodesOf(this.client)
    const name = cluster?.slots[slot]?.[0]
    const node = cluster?.nodes('master').find(({ options }) => `${options.host}:${options.port}` === name)
    return node === undefined ? undefined : this.connected(node)
  }

  private connected(connection: Connection): Promise<void> | undefined {
    const { status } = connection
    if (status === 'ready') return undefined
    if (!coming.includes(status)) throw new Error(`the Redis client is not connected: ${status}`)
    const waiting = this.waiting.get(connection) ?? untilReady(connection, () => this.waiting.delete(connection))
    this.waiting.set(connection, waiting)
    return waiting
  }
}

/** Rejects when this attempt to connect comes to nothing: the next may be a long time off. */
function untilReady(connection: Connection, over: () => void): Promise<void> {
  const waiting = new Promise<void>((resolve, reject) => {
    const onReady = (): void => {
      connection.removeListener('close', onClose)
      over()
      resolve()
    }
    const onClose = (): void => {
      connection.removeListener('ready', onReady)
      over()
      reject(new Error('the Redis client could not connect'))
    }
    connection.once('ready', onReady)
    connection.once('close', onClose)
  })
  // Whoever has stopped waiting hears nothing of it.
  waiting.catch(() => {})
  if (connection.status === 'wait') connection.connect().catch(() => {})
  return waiting
}
