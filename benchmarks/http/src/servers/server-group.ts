import type { Server } from 'node:http'

/** Servers that are measured beside each other; each in a process of its own. */
export interface ServerGroup {
  readonly name: string
  /** What the others are compared with: the framework alone. */
  readonly bare: string
  readonly ours: string
  readonly peer: string
  /** Each starts its server, on a free port of the loopback interface. */
  readonly contenders: Readonly<Record<string, () => Promise<Server>>>
  readonly lines: {
    /** How many µs ours may add to a request. */
    readonly added: number
    /** How many times what the peer adds. */
    readonly ofPeer: number
  }
}
