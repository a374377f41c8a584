import Fastify from 'fastify'

/** A service that somebody else runs: one request in ten hangs. */
export async function timetable(): Promise<string> {
  let requests = 0
  const app = Fastify()
  app.get('/next', async () => {
    if (++requests % 10 === 0) await new Promise(() => {})
    await new Promise((resolve) => setTimeout(resolve, 10))
    return { leaves: '12:40' }
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}
