import type { Redis } from 'ioredis'
import type { RedisClient } from '../src/client.ts'
import { SETTLE, TAKE, TAKE_BUCKETS } from '../src/script.ts'

/**
 * A client whose scripts run on the real server as they are, but for the one line that reads the time: Redis' clock cannot be set. `now` is
 * in µs. Levels are kept for longer than real time asks for, since expiry goes by the server's own clock.
 */
export function timedClient(client: Redis, now: () => number): RedisClient {
  const sources = new Map([SETTLE, TAKE, TAKE_BUCKETS].map(({ sha, source }) => [sha, source]))
  return {
    get status() {
      return client.status
    },
    isCluster: false,
    options: client.options,
    connect: () => client.connect(),
    once: (event, listener) => client.once(event, listener),
    removeListener: (event, listener) => client.removeListener(event, listener),
    call(command, [sha, ...args]) {
      const source = sources.get(String(sha))
      if (command !== 'EVALSHA' || source === undefined) return client.call(command, [String(sha), ...args])
      return client.call('EVAL', [at(source, now()), ...args])
    },
  }
}

function at(source: string, now: number): string {
  const seconds = Math.floor(now / 1e6)
  const told = source
    .replace("local time = call('TIME')", `local time = { '${seconds}', '${now - seconds * 1e6}' }`)
    .replace('min(ms + 1000,', 'min(ms + 600000,')
  if (told.split("call('TIME')").length !== 1 || told === source) throw new Error('the script reads the time otherwise')
  return told
}
