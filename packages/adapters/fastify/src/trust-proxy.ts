import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { hiddenIn } from './hidden.ts'

/**
 * Throws where `trustProxy` is a number. Fastify (from 5.12.1 on) believes no proxy then, because a number of hops says nothing
 * of who is connected: `request.ip` is the proxy's own address, and all clients behind it would share one key.
 */
export function refuseHopCount(app: FastifyInstance): void {
  const trustProxy = trustProxyOf(app)
  if (typeof trustProxy !== 'number') return
  throw new TypeError(
    `trustProxy must be the addresses of your proxies or a function of them, got ${trustProxy}: Fastify ignores a number of hops, ` +
      'and all clients behind a proxy would share one key',
  )
}

/** Says so once for each app where `trustProxy` is `true`, and an address decides about a limit. */
export function warnOfTrust(app: FastifyInstance): void {
  if (trustProxyOf(app) !== true || warned.has(app.server)) return
  warned.add(app.server)
  process.emitWarning(
    'trustProxy is true, so that each client names its own address, and with it its own limit. Name your proxies.',
    { code: 'HOLDFAST_TRUST_PROXY' },
  )
}

const warned = new WeakSet<object>()

function trustProxyOf(app: FastifyInstance): unknown {
  const options = hiddenIn(app, 'fastify.options') as FastifyServerOptions | undefined
  return options?.trustProxy
}
