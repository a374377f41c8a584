import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { onTestFinished } from 'vitest'
import { type HoldfastOptions, holdfast } from '../src/index.ts'

export interface Served {
  readonly app: FastifyInstance
  readonly url: string
  readonly port: number
  /** What was logged as a warning or worse. */
  readonly complaints: readonly string[]
  get(path: string, init?: RequestInit): Promise<Response>
}

export interface ServeOptions extends FastifyServerOptions {
  readonly holdfast?: HoldfastOptions | undefined
  readonly routes: (app: FastifyInstance) => unknown
}

/** A real Fastify on a real port, closed with the test. */
export async function serve({ holdfast: options = {}, routes, ...server }: ServeOptions): Promise<Served> {
  const complaints: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      complaints.push(String(chunk))
      done()
    },
  })
  const app: FastifyInstance = Fastify({ logger: { level: 'warn', stream }, ...server } as FastifyServerOptions)
  await app.register(holdfast, options)
  await routes(app)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    // What speaks HTTP/2 has none to close.
    app.server.closeAllConnections?.()
    await app.close()
  })
  const { port } = new URL(url)
  return { app, url, port: Number(port), complaints, get: (path, init) => fetch(`${url}${path}`, init) }
}

/** A client that speaks for itself. */
export function dial(port: number): { readonly socket: Socket; readonly text: () => string; closed: Promise<void> } {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  onTestFinished(() => void socket.destroy())
  return { socket, text: () => text, closed }
}

/** Waits until `condition` holds; the test's own time is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
