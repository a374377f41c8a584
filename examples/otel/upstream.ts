import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seededRandom } from '@holdfast/testing'

export interface Upstream {
  readonly url: string
  close(): void
}

/** A price service that has a bad day: it fails one request in ten, hangs on one in fifty, and is down for the second third. */
export async function startUpstream(seconds: number): Promise<Upstream> {
  const random = seededRandom(7)
  const begun = performance.now()
  const server = createServer((_request, response) => {
    const share = (performance.now() - begun) / (seconds * 1_000)
    const dice = random()
    if ((share > 1 / 3 && share < 2 / 3) || dice < 0.1) response.writeHead(503).end()
    else if (dice > 0.12) setTimeout(() => response.end('42'), 5 + dice * 10)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
