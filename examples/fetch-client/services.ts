import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Order } from './client.ts'

/** A service of the example, on a port of its own. */
export interface Service {
  readonly url: string
  /** How many requests have reached it. */
  readonly requests: number
  stop(): void
}

/** A service that keeps orders, and answers every second request with 503: the order was taken by then. */
export function flakyOrders(): Promise<Service> {
  const orders = new Map<string, Order>()
  return started((requests) =>
    createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request.setEncoding('utf8')) text += chunk
      const key = request.headers['idempotency-key']
      if (request.method === 'POST' && typeof key === 'string') orders.set(key, JSON.parse(text))
      response.statusCode = requests() % 2 === 1 ? 503 : 200
      response.end(JSON.stringify([...orders.values()]))
    }),
  )
}

/** A service that answers everything with 500. */
export function down(): Promise<Service> {
  return started(() => createServer((_, response) => response.writeHead(500).end()))
}

function started(make: (requests: () => number) => Server): Promise<Service> {
  let requests = 0
  const server = make(() => requests)
  server.prependListener('request', () => requests++)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        get requests() {
          return requests
        },
        stop() {
          server.close()
          server.closeAllConnections()
        },
      })
    })
  })
}
