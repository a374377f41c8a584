import { performance } from 'node:perf_hooks'
import { type Behaviour, type Client, seen } from '../behaviour.ts'
import { eachClient, told } from '../scene/http-clients.ts'
import { httpServer } from '../scene/http-server.ts'

const SECONDS = 2
const MOST = 500

export const retryAfterCap: Behaviour<Client> = {
  name: 'retry-after-cap',
  says: `Where the server says "in ${SECONDS} s" and the client waits ${MOST} ms at most, it is not called early: the caller gets the 503 at once`,
  cells: eachClient(async (send) => {
    const server = await httpServer((response) => {
      response.writeHead(503, { 'retry-after': String(SECONDS) }).end('busy')
    })
    const startedAt = performance.now()
    const outcome = await send({ url: server.url, method: 'GET', maxWait: MOST })
    const after = Math.round(performance.now() - startedAt)
    const early = server.seen.filter(({ at }) => at - (server.seen[0]?.at ?? 0) > 0 && at - startedAt < 1_000 * SECONDS)
    const kept = early.length === 0 && told(outcome).startsWith('503') && after < MOST
    return seen(kept, `${told(outcome)} after ${after} ms, called early ${early.length} times`)
  }),
}
