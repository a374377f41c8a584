import { Server } from 'node:net'
import { checkMethods, systemClock } from '@holdfast/core'
import type { Drain } from '@holdfast/lifecycle'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { hiddenIn } from './hidden.ts'
import { whenOver } from './response.ts'

/**
 * Lets a drain wait for the requests of an app, send their connections away, and close it: last, because from then on Fastify answers
 * 503 to whatever still comes on a connection that was accepted.
 */
export class Draining {
  private readonly drain: Drain

  constructor(app: FastifyInstance, drain: Drain) {
    this.drain = checkMethods('drain', drain, ['enter', 'onStop', 'onClose', 'start'])
    drain.onStop(() => stopListening(app))
    drain.onClose(() => close(app))
    drain.signal.addEventListener('abort', () => cutAll(app))
    app.addHook('onSend', (_request, reply, _payload, done) => {
      this.sendAway(reply)
      done()
    })
  }

  enter(reply: FastifyReply): void {
    whenOver(reply, this.drain.enter())
  }

  /** A connection that is kept alive would be cut between two requests. HTTP/2 has no such header, and says goodbye by itself. */
  private sendAway(reply: FastifyReply): void {
    if (this.drain.draining && reply.request.raw.httpVersionMajor < 2) reply.header('connection', 'close')
  }
}

/**
 * An HTTP server that is told to close cuts connections on which no request has been read yet, also where one has arrived: so it is
 * the listening alone that ends here.
 */
async function stopListening(app: FastifyInstance): Promise<void> {
  for (const server of serversOf(app)) Server.prototype.close.call(server)
  for (let poll = 0; poll < 2; poll++) await polled()
}

/** Connections on which nothing came, or half a request, would be waited for; all that was accepted is answered. */
async function close(app: FastifyInstance): Promise<void> {
  for (const server of serversOf(app)) {
    if ('closeIdleConnections' in server && typeof server.closeIdleConnections === 'function')
      server.closeIdleConnections()
  }
  await polled()
  cutAll(app)
  await app.close()
}

function polled(): Promise<void> {
  return new Promise((resolve) => systemClock.afterPoll(resolve))
}

/** What was not done in time is given up. */
function cutAll(app: FastifyInstance): void {
  for (const server of serversOf(app)) {
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
      server.closeAllConnections()
  }
}

/** Where it listens on `localhost`, Fastify has a second server for the other family of addresses. */
function serversOf(app: FastifyInstance): Server[] {
  const others = hiddenIn(app, 'fastify.serverBindings')
  return [app.server, ...(Array.isArray(others) ? others : [])].filter((server) => server instanceof Server)
}
