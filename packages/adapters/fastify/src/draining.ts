import type { Socket } from 'node:net'
import { checkMethods } from '@holdfast/core'
import type { Drain } from '@holdfast/lifecycle'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { whenOver } from './response.ts'
import { ServerEnd } from './server-end.ts'

const newest = Symbol('holdfast.newest')
/** A connection, and the last that was asked for on it. */
type Connection = Socket & { [newest]?: FastifyReply | undefined }

/**
 * Lets a drain wait for the requests of an app, send their connections away, and close it: last, because from then on Fastify answers
 * 503 to whatever still comes on a connection that was accepted.
 */
export class Draining {
  private readonly drain: Drain

  constructor(app: FastifyInstance, drain: Drain) {
    this.drain = checkMethods('drain', drain, ['enter', 'onStop', 'onClose', 'start'])
    const end = new ServerEnd(app)
    drain.onStop(() => end.stop())
    drain.onClose(() => end.close())
    drain.signal.addEventListener('abort', () => end.cutAll())
    app.addHook('onSend', (_request, reply, _payload, done) => {
      this.sendAway(reply)
      done()
    })
  }

  /** Whether the request can be answered: none can behind a response that ends its connection. */
  enter(reply: FastifyReply): boolean {
    const { httpVersionMajor, socket } = reply.request.raw
    if (httpVersionMajor > 1) {
      whenOver(reply, this.drain.enter())
      return true
    }
    const connection: Connection = socket
    const before = connection[newest]
    if (before?.getHeader('connection') === 'close' && before.raw.headersSent) return false
    connection[newest] = reply
    const leave = this.drain.enter()
    whenOver(reply, () => {
      leave()
      // A connection that is kept alive need not keep what it has brought.
      if (connection[newest] === reply && !this.drain.draining) connection[newest] = undefined
    })
    return true
  }

  /** A connection that is kept alive would be cut between two requests. It ends with the last that came on it. */
  private sendAway(reply: FastifyReply): void {
    const { httpVersionMajor, socket } = reply.request.raw
    // HTTP/2 has no such header.
    if (!this.drain.draining || httpVersionMajor > 1) return
    if ((socket as Connection)[newest] === reply) reply.header('connection', 'close')
  }
}
