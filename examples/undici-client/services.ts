import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A service of the example, on a port of its own. */
export interface Service {
  readonly url: string
  /** How many requests have reached it. */
  readonly requests: number
  stop(): void
}

/** A service that answers every second request, and the others with 503. */
export function flaky(): Promise<Service> {
  let requests = 0
  return started((_, response) => {
    response.statusCode = requests++ % 2 === 0 ? 503 : 200
    response.end('kelp '.repeat(3))
  })
}

/** A service that hangs up on everybody. */
export function down(): Promise<Service> {
  return started((request) => request.socket.destroy())
}

async function started(answer: RequestListener): Promise<Service> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests
    },
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
