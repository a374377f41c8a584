import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Clock, systemClock } from '@holdfast/core'

/** A request as it reached the server. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** How many there have been before it. */
  readonly index: number
}

export type Answer = (response: ServerResponse, seen: Seen, socket: Socket) => unknown

/** A real server of a test's own, which counts what reaches it. */
export interface Upstream extends AsyncDisposable {
  readonly url: string
  readonly seen: readonly Seen[]
  /** How many requests have reached it. */
  readonly requests: number
  /** The sockets that are open at the moment. */
  readonly sockets: ReadonlySet<Socket>
  /** How many connections there have been. */
  readonly connections: number
}

/** With `forgetful` it counts its requests and keeps none of them. */
export async function upstream(answer: Answer, forgetful = false): Promise<Upstream> {
  const seen: Seen[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let requests = 0
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      // The client went away.
      return
    }
    const { method = '', url: path = '', headers, socket } = request
    const one = { method, path, headers, body: Buffer.concat(chunks), index: requests++ }
    if (!forgetful) seen.push(one)
    answer(response, one, socket)
  })
  server.on('connection', (socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    sockets,
    get requests() {
      return requests
    },
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A server that answers with the statuses in turn, the last one for good, and a body that says which answer it is. */
export function answering(...statuses: number[]): Answer {
  return (response, { index }) => {
    response.statusCode = statuses[Math.min(index, statuses.length - 1)] ?? 200
    response.end(`answer ${index + 1}`)
  }
}

/** What `promise` rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** Waits until `holds`, for as long as a busy machine may need. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !holds(); turn++)
    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 5))
  if (!holds()) throw new Error(`never: ${holds}`)
}

/** The system's clock, with a count of the timers that are set. */
export function countingClock(): { readonly clock: Clock; pending(): number } {
  const timers = new Set<object>()
  const clock: Clock = {
    ...systemClock,
    setTimer(fn, ms) {
      const timer = systemClock.setTimer(() => {
        timers.delete(timer)
        fn()
      }, ms)
      timers.add(timer)
      return {
        cancel() {
          timers.delete(timer)
          timer.cancel()
        },
      }
    },
  }
  return { clock, pending: () => timers.size }
}

/** How much of the heap is in use once what is garbage is gone. Needs `--expose-gc`. */
export async function heapInUse(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}
