import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seededRandom } from '@holdfast/testing'

export interface FlakyServerOptions {
  /** The same seed gives every request the same fate, in whatever order they come. */
  readonly seed: number
  /** Which share of the requests hangs, from 0 to 1. */
  readonly share: number
  /** How long a request that hangs is kept waiting, in ms. */
  readonly hang: number
}

export interface FlakyServer {
  readonly url: string
  close(): void
}

/** Starts a server on a free port of this machine. It answers `/17` within 5 to 15 ms, or hangs, as the fate of request 17 is. */
export function startFlakyServer({ seed, share, hang }: FlakyServerOptions): Promise<FlakyServer> {
  const answer = (response: ServerResponse) => response.end('hello')
  const server = createServer(({ url = '' }, response) => {
    const fate = seededRandom(`${seed}${url}`)
    const delay = fate() < share ? hang : fate.int(5, 15)
    const timer = setTimeout(answer, delay, response)
    response.on('close', () => clearTimeout(timer))
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({ url: `http://127.0.0.1:${port}`, close: () => void server.close().closeAllConnections() })
    })
  })
}
