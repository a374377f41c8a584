// A service whose dependency serves so many at once, each for so long: its capacity is known, and anything more has to wait.
import { holdfast } from '@holdfast/fastify'
import Fastify from 'fastify'

/** The dependency: a FIFO of its own, as connection pools have. */
const AT_ONCE = 10
const TAKES = 100

let busy = 0
const waiting: (() => void)[] = []

async function dependency(): Promise<void> {
  if (busy === AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else busy++
  await new Promise((resolve) => setTimeout(resolve, TAKES))
  const next = waiting.shift()
  if (next === undefined) busy--
  else next()
}

const app = Fastify()
if (process.argv[2] === 'shed') {
  await app.register(holdfast, {
    shed: {
      concurrency: 2 * AT_ONCE,
      maxLoopDelay: Infinity,
      priority: ({ headers }) => (headers['x-important'] === 'yes' ? 'critical' : 'normal'),
    },
    deadline: { timeout: 1_000 },
  })
}
app.get('/', async () => {
  await dependency()
  return 'served'
})
await app.listen({ port: 0, host: '127.0.0.1' })
// What is alive, without the garbage that is waiting to be collected.
process.on('message', () => {
  globalThis.gc?.()
  process.send?.(process.memoryUsage().heapUsed)
})
process.on('disconnect', () => process.exit())
process.send?.(app.server.address())
