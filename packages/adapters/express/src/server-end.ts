import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { systemClock } from '@holdfast/core'
import type { Response } from 'express'

/** The end of one server: nothing new, and each connection is let go of when all that came by it is answered. */
export class ServerEnd {
  private readonly server: Server
  private readonly open: ReadonlySet<Response>
  private isClosing = false

  /** @param open The responses that are not out yet. */
  constructor(server: Server, open: ReadonlySet<Response>) {
    this.server = server
    this.open = open
  }

  /** Settles when the last connection is closed; at once where the server does not listen. */
  close(): Promise<void> {
    this.isClosing = true
    // An HTTP server that is told to close cuts responses that were given to it and are not out yet: so it is the listening alone.
    const closed = new Promise<void>((resolve) => void NetServer.prototype.close.call(this.server, () => resolve()))
    // What has arrived by now is read in the polls that follow.
    systemClock.afterPoll(() => this.letGo())
    return closed
  }

  /** Closes connections whose last response is out, and in the end those on which none was asked for, or only half of it. */
  letGo(): void {
    if (!this.isClosing) return
    // A connection is idle only once its response was let go of, which is after it was closed.
    systemClock.afterPoll(() => {
      if (this.open.size === 0) this.server.closeAllConnections()
      else if (!this.isFlushing()) this.server.closeIdleConnections()
    })
  }

  /** To Node a connection is idle once its response was ended, also where its client has not read it yet. */
  private isFlushing(): boolean {
    for (const res of this.open) if (res.writableEnded) return true
    return false
  }
}
