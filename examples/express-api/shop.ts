import type { Server } from 'node:http'
import { bulkhead, deadline, drain, errors, health, rateLimit, shed } from '@holdfast/express'
import { resilientFetch } from '@holdfast/fetch'
import * as lifecycle from '@holdfast/lifecycle'
import { tokenBucket } from '@holdfast/rate-limit'
import express from 'express'

/** The shop, on a free port unless one is named. `exit` is called when a signal has ended it. */
export function shop(warehouse: string, port = 0, exit?: (code: 0 | 1) => void): Server {
  const end = lifecycle.drain({ delay: 200, exit })
  const draining = drain({ drain: end })
  const door = shed({ concurrency: 100, priority: (req) => (req.path === '/orders' ? 'critical' : 'normal') })
  const stock = resilientFetch({ attemptTimeout: 400, deadlineHeader: true })

  const app = express()
  app.set('trust proxy', 'loopback')
  app.use(draining)
  app.use(health({ health: lifecycle.health({ drain: end, states: { door: () => door.policy.snapshot() } }) }))
  app.use(deadline({ timeout: 2_000 }), door)
  app.use(rateLimit({ limiter: tokenBucket({ name: 'client', rate: 1_000, burst: 2_000 }) }))

  app.get('/stock', async (_req, res) => {
    const response = await stock(warehouse)
    res.json(await response.json())
  })
  app.post('/orders', bulkhead({ maxConcurrent: 20, maxQueued: 200 }), express.json(), async (req, res) => {
    const response = await stock(warehouse)
    await response.body?.cancel()
    res.status(201).json({ ordered: req.body })
  })

  app.use(errors())
  return draining.closes(app.listen(port, '127.0.0.1'))
}
