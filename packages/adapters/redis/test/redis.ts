import { type RedisServer, startRedis } from '@holdfast/testing/redis'
import { Redis } from 'ioredis'
import { beforeAll } from 'vitest'

/** What tests say of a client. */
interface ClientOptions {
  readonly keyPrefix?: string
  readonly password?: string
  readonly enableAutoPipelining?: boolean
  readonly stringNumbers?: boolean
  readonly protocol?: 2 | 3
  readonly lazyConnect?: boolean
  readonly enableOfflineQueue?: boolean
  readonly enableReadyCheck?: boolean
}

/** A client as the README tells users to make theirs, whose errors are expected here. */
export function connect(server: { readonly port: number; readonly host: string }, options: ClientOptions = {}): Redis {
  const client = new Redis(server.port, server.host, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => 50,
    ...options,
  })
  client.on('error', () => {})
  return client
}

/** A client that is ready. */
export async function connected(server: RedisServer, options: ClientOptions = {}): Promise<Redis> {
  const client = connect(server, options)
  await new Promise<void>((resolve) => client.once('ready', () => resolve()))
  return client
}

/** A private server for all tests of a file, and a client of it. */
export function privateRedis(args: readonly string[] = []): { readonly server: RedisServer; readonly client: Redis } {
  let server: RedisServer | undefined
  let client: Redis | undefined
  beforeAll(async () => {
    server = await startRedis({ owned: true, args })
    client = await connected(server)
    return async () => {
      client?.disconnect()
      await server?.stop()
    }
  })
  return {
    get server() {
      if (server === undefined) throw new Error('the server has not started yet')
      return server
    },
    get client() {
      if (client === undefined) throw new Error('the client has not connected yet')
      return client
    },
  }
}

export const patient = { timeout: 5_000 } as const
