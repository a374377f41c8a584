import type { Socket } from 'node:net'
import type { Response } from 'express'

/**
 * Tells clients that a connection ends with a response: with the last that was asked for on it, because what was asked for behind
 * that one would never be answered.
 */
export class Farewell {
  private readonly told = new WeakMap<Socket, Response>()

  /** Whether a request that came on `socket` can still be answered; its response is then the last. */
  add(socket: Socket, res: Response): boolean {
    const before = this.told.get(socket)
    if (before !== undefined && before.getHeader('Connection') === 'close') {
      if (before.headersSent || before.writableEnded) return false
      before.removeHeader('Connection')
    }
    res.setHeader('Connection', 'close')
    this.told.set(socket, res)
    return true
  }
}
