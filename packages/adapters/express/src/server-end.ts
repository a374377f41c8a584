import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { systemClock } from '@holdfast/core'

/** The end of one server: nothing new, and what was kept alive is let go of. */
export class ServerEnd {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  private isClosing = false

  constructor(server: Server) {
    this.server = server
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket)
      socket.once('close', () => this.sockets.delete(socket))
    })
  }

  /** Settles when the last connection is closed; at once where the server does not listen. */
  close(): Promise<void> {
    this.isClosing = true
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    // To Node a connection on which nothing came yet is not idle, and it would be waited for.
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy()
    return closed
  }

  /** Closes connections whose last response is out. One that was kept alive before the end began would stay for seconds. */
  closeIdle(): void {
    // A connection is idle only once its response was let go of, which is after it was closed.
    if (this.isClosing) systemClock.afterPoll(() => this.server.closeIdleConnections())
  }
}
