import type { ServerHttp2Session } from 'node:http2'
import { Server, type Socket } from 'node:net'
import { systemClock } from '@holdfast/core'
import type { FastifyInstance } from 'fastify'
import { hiddenIn } from './hidden.ts'

/** How long clients of HTTP/2 have to hang up, in ms. */
const LINGER = 1_000

/** The end of the servers of an app: nothing new, and connections are let go of. */
export class ServerEnd {
  private readonly app: FastifyInstance
  private readonly sessions = new Set<ServerHttp2Session>()
  private readonly sockets = new Set<Socket>()

  constructor(app: FastifyInstance) {
    this.app = app
    this.watch(app.server)
    app.addHook('onListen', async () => {
      for (const server of serversOf(app)) if (server !== app.server) this.watch(server)
    })
  }

  /**
   * An HTTP server that is told to close cuts connections on which no request has been read yet, also where one has arrived: so it
   * is the listening alone that ends here. Sessions of HTTP/2 are told that nothing new is accepted.
   */
  async stop(): Promise<void> {
    for (const server of serversOf(this.app)) Server.prototype.close.call(server)
    for (let poll = 0; poll < 2; poll++) await polled()
    for (const session of this.sessions) session.close()
  }

  /** Connections on which nothing came, or half a request, would be waited for; all that was accepted is answered. */
  async close(): Promise<void> {
    for (const server of serversOf(this.app)) {
      if ('closeIdleConnections' in server && typeof server.closeIdleConnections === 'function')
        server.closeIdleConnections()
    }
    await polled()
    this.sayGoodbye()
    const lingering = systemClock.setTimer(() => this.cutAll(), LINGER)
    await this.app.close().finally(() => lingering.cancel())
  }

  /** What was not done in time is given up. */
  cutAll(): void {
    this.sayGoodbye()
    for (const socket of this.sockets) socket.destroy()
  }

  /** A session of HTTP/2 sends what it has, and leaves its connection to the client, to read that and to hang up. */
  private sayGoodbye(): void {
    for (const server of serversOf(this.app)) {
      if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
        server.closeAllConnections()
    }
    for (const session of this.sessions) session.destroy()
  }

  private watch(server: Server): void {
    keep(server, 'session', this.sessions)
    keep(server, 'connection', this.sockets)
  }
}

/** Whatever `event` of `server` brings, until it is closed. */
function keep(server: Server, event: string, open: Set<ServerHttp2Session> | Set<Socket>): void {
  server.on(event, (one) => {
    open.add(one)
    one.once('close', () => open.delete(one))
  })
}

function polled(): Promise<void> {
  return new Promise((resolve) => systemClock.afterPoll(resolve))
}

/** Where it listens on `localhost`, Fastify has a second server for the other family of addresses. */
function serversOf(app: FastifyInstance): Server[] {
  const others = hiddenIn(app, 'fastify.serverBindings')
  return [app.server, ...(Array.isArray(others) ? others : [])].filter((server) => server instanceof Server)
}
