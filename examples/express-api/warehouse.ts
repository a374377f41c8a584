import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A service that somebody else runs: one request in ten hangs. */
export async function warehouse(): Promise<{ readonly url: string; readonly server: Server }> {
  let requests = 0
  const server = createServer((_request, response) => {
    if (++requests % 10 === 0) return
    setTimeout(() => response.setHeader('content-type', 'application/json').end('{"kelp":12}'), 10)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
