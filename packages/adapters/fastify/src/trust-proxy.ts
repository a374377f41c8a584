import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { hiddenIn } from './hidden.ts'

/**
 * Throws where `trustProxy` is a number. Fastify (from 5.12.1 on) believes no proxy then, because a number of hops says nothing
 * of who is connected: `request.ip` is the proxy's own address, and all clients behind it would share one key.
 */
export function refuseHopCount(app: FastifyInstance): void {
  const options = hiddenIn(app, 'fastify.options') as FastifyServerOptions | undefined
  const trustProxy: unknown = options?.trustProxy
  if (typeof trustProxy !== 'number') return
  throw new TypeError(
    `trustProxy must be the addresses of your proxies or a function of them, got ${trustProxy}: Fastify ignores a number of hops, ` +
      'and all clients behind a proxy would share one key',
  )
}
