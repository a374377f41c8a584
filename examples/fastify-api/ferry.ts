import { holdfast } from '@holdfast/fastify'
import { resilientFetch } from '@holdfast/fetch'
import { drain, health } from '@holdfast/lifecycle'
import { tokenBucket } from '@holdfast/rate-limit'
import { shed } from '@holdfast/shed'
import Fastify, { type FastifyInstance } from 'fastify'

/** A ferry's office. `exit` is called when a signal has ended it. */
export async function ferry(timetable: string, exit?: (code: 0 | 1) => void): Promise<FastifyInstance> {
  const end = drain({ delay: 200, exit })
  const door = shed({ concurrency: 100 })
  const ask = resilientFetch({ attemptTimeout: 200, deadlineHeader: true })

  const app = Fastify({ trustProxy: 'loopback' })
  await app.register(holdfast, {
    drain: end,
    health: { health: health({ drain: end, states: { door: () => door.snapshot() } }) },
    rateLimit: { limiter: tokenBucket({ name: 'client', rate: 1_000, burst: 2_000 }) },
    deadline: { timeout: 2_000 },
    // Who has a seat booked is served before those who look.
    shed: { policy: door, priority: ({ url }) => (url === '/bookings' ? 'critical' : 'normal') },
  })

  app.get('/next', async () => (await ask(`${timetable}/next`)).json())

  app.post(
    '/bookings',
    { config: { holdfast: { bulkhead: { maxConcurrent: 20, maxQueued: 200 } } } },
    async ({ body }, reply) => {
      const departure = await (await ask(`${timetable}/next`)).json()
      return reply.code(201).send({ booked: body, departure })
    },
  )
  return app
}
