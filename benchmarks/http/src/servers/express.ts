import { once } from 'node:events'
import type { Server } from 'node:http'
import { rateLimit } from '@holdfast/express'
import { tokenBucket } from '@holdfast/rate-limit'
import express, { type RequestHandler } from 'express'
import { rateLimit as peerRateLimit } from 'express-rate-limit'
import type { ServerGroup } from './server-group.ts'

const PLENTY = 1_000_000_000

async function served(...before: RequestHandler[]): Promise<Server> {
  const app = express()
  for (const handler of before) app.use(handler)
  app.get('/', (_req, res) => void res.json({ id: 1, name: 'an order', items: [1, 2, 3] }))
  const server = app.listen(0, '127.0.0.1')
  server.keepAliveTimeout = 600_000
  await once(server, 'listening')
  return server
}

/** The two fields as they would be if nothing were decided: what no rate limit that tells them can do without. */
const twoHeaders: RequestHandler = (_req, res, next) => {
  res.setHeader('RateLimit-Policy', '"default";q=1000000000;w=60')
  res.setHeader('RateLimit', '"default";r=999999999;t=1')
  next()
}

/** A rate limit in memory, by address, with the fields of the IETF's draft. */
export const expressGroup: ServerGroup = {
  name: 'express',
  bare: 'express',
  ours: '@holdfast/express',
  peer: 'express-rate-limit',
  contenders: {
    express: () => served(),
    'two constant headers': () => served(twoHeaders),
    '@holdfast/express': () => served(rateLimit({ limiter: tokenBucket({ rate: PLENTY, per: 60_000 }) })),
    'express-rate-limit': () =>
      served(
        peerRateLimit({ windowMs: 60_000, limit: PLENTY, standardHeaders: 'draft-8', legacyHeaders: false }) as never,
      ),
  },
  lines: { added: 4, ofPeer: 0.15 },
}
