/** A service in a process of its own: it says where it is, and at the end which requests its handler has had. */
import { writeSync } from 'node:fs'
import { drain } from '@holdfast/lifecycle'
import Fastify from 'fastify'
import { holdfast } from '../src/index.ts'

const had: string[] = []
const end = drain({
  delay: 400,
  exit: (code) => {
    writeSync(1, `${JSON.stringify({ code, had })}\n`)
    process.exit(code)
  },
})

const app = Fastify()
await app.register(holdfast, {
  drain: end,
  deadline: { timeout: 5_000 },
  shed: { concurrency: 64, maxLoopDelay: Infinity },
})
app.post<{ Body: { id: string } }>('/', async ({ body }) => {
  had.push(body.id)
  await new Promise((resolve) => setTimeout(resolve, 20 + (had.length % 40)))
  return body.id
})
writeSync(1, `${await app.listen({ port: 0, host: '127.0.0.1' })}\n`)
