import { parseRedisUrl, pinger } from './redis-ping.ts'
import type { RedisServer } from './redis-server.ts'

const reason = 'this one is named by REDIS_URL; unset it, or pass { owned: true }'

/** The server at a URL, once it has answered. */
export async function useNamed(url: string, args: readonly string[], prefix: string): Promise<RedisServer> {
  if (args.length > 0) throw new Error(`args need a server of their own, and ${reason}`)
  const address = parseRedisUrl(url)
  const ping = pinger(address)
  await ping({ timeout: 5_000 }).catch((error: Error) => {
    throw new Error(`REDIS_URL is set, but no Redis answers there: ${error.message}`, { cause: error })
  })
  const stop = async (): Promise<void> => {}
  return {
    url,
    host: address.host,
    port: address.port,
    pid: undefined,
    owned: false,
    prefix,
    ping,
    freeze: () => refuse('freeze'),
    thaw: () => refuse('thaw'),
    kill: async () => refuse('kill'),
    restart: async () => refuse('restart'),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function refuse(what: string): never {
  throw new Error(`${what}() needs a server of its own, and ${reason}`)
}
