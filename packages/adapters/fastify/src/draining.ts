import type { ServerHttp2Session } from 'node:http2'
import { Server, type Socket } from 'node:net'
import { checkMethods, systemClock } from '@holdfast/core'
import type { Drain } from '@holdfast/lifecycle'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { hiddenIn } from './hidden.ts'
import { whenOver } from './response.ts'

/** How long clients of HTTP/2 have to hang up, in ms. */
const LINGER = 1_000

const newest = Symbol('holdfast.newest')
/** A connection, and the last that was asked for on it. */
type Connection = Socket & { [newest]?: FastifyReply }

/**
 * Lets a drain wait for the requests of an app, send their connections away, and close it: last, because from then on Fastify answers
 * 503 to whatever still comes on a connection that was accepted.
 */
export class Draining {
  private readonly drain: Drain
  private readonly sessions = new Set<ServerHttp2Session>()
  private readonly sockets = new Set<Socket>()

  constructor(app: FastifyInstance, drain: Drain) {
    this.drain = checkMethods('drain', drain, ['enter', 'onStop', 'onClose', 'start'])
    drain.onStop(() => this.stop(app))
    drain.onClose(() => this.close(app))
    drain.signal.addEventListener('abort', () => this.cutAll(app))
    this.watch(app.server)
    app.addHook('onListen', async () => {
      for (const server of serversOf(app)) if (server !== app.server) this.watch(server)
    })
    app.addHook('onSend', (_request, reply, _payload, done) => {
      this.sendAway(reply)
      done()
    })
  }

  /** Whether the request can be answered: none can behind a response that ends its connection. */
  enter(reply: FastifyReply): boolean {
    const { httpVersionMajor, socket } = reply.request.raw
    if (httpVersionMajor < 2 && !follow(socket, reply)) return false
    whenOver(reply, this.drain.enter())
    return true
  }

  /** A connection that is kept alive would be cut between two requests. It ends with the last that came on it. */
  private sendAway(reply: FastifyReply): void {
    const { httpVersionMajor, socket } = reply.request.raw
    // HTTP/2 has no such header.
    if (!this.drain.draining || httpVersionMajor > 1) return
    if ((socket as Connection)[newest] === reply) reply.header('connection', 'close')
  }

  /**
   * An HTTP server that is told to close cuts connections on which no request has been read yet, also where one has arrived: so it
   * is the listening alone that ends here. Sessions of HTTP/2 are told that nothing new is accepted.
   */
  private async stop(app: FastifyInstance): Promise<void> {
    for (const server of serversOf(app)) Server.prototype.close.call(server)
    for (let poll = 0; poll < 2; poll++) await polled()
    for (const session of this.sessions) session.close()
  }

  /** Connections on which nothing came, or half a request, would be waited for; all that was accepted is answered. */
  private async close(app: FastifyInstance): Promise<void> {
    for (const server of serversOf(app)) {
      if ('closeIdleConnections' in server && typeof server.closeIdleConnections === 'function')
        server.closeIdleConnections()
    }
    await polled()
    this.sayGoodbye(app)
    const lingering = systemClock.setTimer(() => this.cutAll(app), LINGER)
    await app.close()
    lingering.cancel()
  }

  /** What was not done in time is given up. */
  private cutAll(app: FastifyInstance): void {
    this.sayGoodbye(app)
    for (const socket of this.sockets) socket.destroy()
  }

  /** A session of HTTP/2 sends what it has, and leaves its connection to the client, to read that and to hang up. */
  private sayGoodbye(app: FastifyInstance): void {
    for (const server of serversOf(app)) {
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

function follow(socket: Connection, reply: FastifyReply): boolean {
  const before = socket[newest]
  if (before?.getHeader('connection') === 'close' && before.raw.headersSent) return false
  socket[newest] = reply
  return true
}

function polled(): Promise<void> {
  return new Promise((resolve) => systemClock.afterPoll(resolve))
}

/** Where it listens on `localhost`, Fastify has a second server for the other family of addresses. */
function serversOf(app: FastifyInstance): Server[] {
  const others = hiddenIn(app, 'fastify.serverBindings')
  return [app.server, ...(Array.isArray(others) ? others : [])].filter((server) => server instanceof Server)
}
