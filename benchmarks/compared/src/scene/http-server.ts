import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'

/** A request as it reached the server. */
export interface Seen {
  readonly method: string
  readonly body: string
  /** When, in ms. */
  readonly at: number
}

export interface HttpServer {
  readonly url: string
  readonly seen: readonly Seen[]
}

/** A server that answers each request with `answer`, which is told how many there were before it. */
export async function httpServer(answer: (response: ServerResponse, index: number) => void): Promise<HttpServer> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const at = performance.now()
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    seen.push({ method: request.method ?? '', body, at })
    answer(response, seen.length - 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Nobody closes it: the process of a probe is ended, and in the tests it keeps none alive.
  server.unref()
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

/** Answers with a status, and a body that says which answer it is. */
export function says(response: ServerResponse, status: number, index: number): void {
  response.writeHead(status).end(`answer ${index + 1}`)
}
