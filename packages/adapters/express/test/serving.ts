import { once } from 'node:events'
import { type IncomingHttpHeaders, type RequestOptions, request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import express, { type Express } from 'express'
import { afterEach, expect } from 'vitest'

const servers: Server[] = []
const complaints: unknown[] = []
process.on('unhandledRejection', (error) => complaints.push(error))
process.on('uncaughtException', (error) => complaints.push(error))

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  expect(complaints.splice(0)).toEqual([])
})

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An app of one's own on a real port; `ask` makes a request on a connection of its own. */
export interface Serving {
  readonly server: Server
  readonly port: number
  readonly url: string
  ask(path?: string, options?: RequestOptions & { readonly body?: string }): Promise<Reply>
  /** A bare connection, for what no client would send. */
  connect(): Socket
}

/** Serves what `mount` puts on an app, without the stack traces that Express would print. */
export async function serving(mount: (app: Express) => void): Promise<Serving> {
  const app = express()
  app.set('env', 'test')
  mount(app)
  const server = app.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    ask: (path = '/', options = {}) => ask(port, path, options),
    connect: () => connect(port, '127.0.0.1'),
  }
}

function ask(port: number, path: string, options: RequestOptions & { readonly body?: string }): Promise<Reply> {
  const { body: sent, ...rest } = options
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, ...rest }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asked.on('error', reject)
    asked.end(sent)
  })
}

/** Everything that comes over `socket`, to its end. */
export async function received(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

/** Waits until `holds`, looking often; fails after some seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5_000
  while (!holds()) {
    if (Date.now() > end) throw new Error('it never came to that')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
