import { randomUUID } from 'node:crypto'
import { checkDuration } from './checks.ts'
import { findServer } from './redis-finder.ts'
import { useNamed } from './redis-named.ts'
import { startOwned } from './redis-owned.ts'
import type { RedisOptions, RedisServer } from './redis-server.ts'

/**
 * Gives a Redis that answers: the one that `REDIS_URL` names, or else a private one on a free port of 127.0.0.1, made
 * by the `redis-server` or `valkey-server` on the PATH, which apt installs first where this process is root on a
 * Debian-like machine. Where there is none it fails and says how to get one. A private server ends with this process,
 * however that ends.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { args = [], owned = false, startTimeout = 10_000 } = options
  checkDuration('startTimeout', startTimeout)
  const { REDIS_URL: url = '' } = process.env
  const prefix = `test:${randomUUID().slice(0, 8)}:`
  if (url !== '' && !owned) return useNamed(url, args, prefix)
  return startOwned({ binary: await findServer(), args, startTimeout, prefix })
}
