import type { Server } from 'node:http'
import peerRateLimit from '@fastify/rate-limit'
import { holdfast } from '@holdfast/fastify'
import { tokenBucket } from '@holdfast/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import type { ServerGroup } from './server-group.ts'

const PLENTY = 1_000_000_000

async function served(prepare: (app: FastifyInstance) => unknown): Promise<Server> {
  const app = Fastify({ keepAliveTimeout: 600_000 })
  await prepare(app)
  app.get('/', async () => ({ id: 1, name: 'an order', items: [1, 2, 3] }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}

/** The two fields as they would be if nothing were decided: what no rate limit that tells them can do without. */
function twoHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('RateLimit-Policy', '"default";q=1000000000;w=60').header('RateLimit', '"default";r=999999999;t=1')
    done()
  })
}

/** A rate limit in memory, by address, with headers: ours with the two fields of the IETF's draft, the peer's with its three. */
export const fastifyGroup: ServerGroup = {
  name: 'fastify',
  bare: 'fastify',
  ours: '@holdfast/fastify',
  peer: '@fastify/rate-limit',
  contenders: {
    fastify: () => served(() => undefined),
    'two constant headers': () => served(twoHeaders),
    '@holdfast/fastify': () =>
      served((app) => app.register(holdfast, { rateLimit: { limiter: tokenBucket({ rate: PLENTY, per: 60_000 }) } })),
    '@fastify/rate-limit': () => served((app) => app.register(peerRateLimit, { max: PLENTY, timeWindow: 60_000 })),
  },
  lines: { added: 1.8, ofPeer: 1 },
}
