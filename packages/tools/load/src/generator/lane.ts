import { type AutocannonClient, statusOnly } from './autocannon-client.ts'

/** How a request ended: its status, or in a word what went wrong. */
export type Outcome = number | string

/** Whom a lane tells. */
export interface LaneOwner {
  /** How long an answer is waited for from when it was due, in ms. */
  readonly timeout: number
  ended(lane: Lane, slot: Slot, outcome: Outcome): void
}

/** A request: when it is due, in ms of the machine, and its place in the mix. */
export interface Due {
  readonly due: number
  readonly request: number
}

/** One that was sent, and from when it is measured, in ms of the machine. */
export interface Slot extends Due {
  readonly from: number
}

/**
 * One connection, with autocannon's client on it, that sends when it is told to. Left to itself the client sends its share of
 * a second at once, the next request as soon as the last is answered, and forgets the request whose connection broke.
 */
export class Lane {
  private readonly client: AutocannonClient
  private readonly owner: LaneOwner
  private readonly connect: () => void
  private readonly write: () => void
  private readonly parse: (chunk: Buffer) => unknown
  private slot: Slot | undefined = undefined
  private timer: NodeJS.Timeout | undefined = undefined
  private connected = false
  private closing = false
  /** What was waited for when what is being read came; and whether it goes on after that was answered. */
  private asked: Slot | undefined = undefined
  private astray = false
  private cause = ''

  constructor(client: AutocannonClient, owner: LaneOwner) {
    this.client = client
    this.owner = owner
    this.connect = client._connect.bind(client)
    this.write = client._doRequest.bind(client)
    this.parse = client.parser.execute.bind(client.parser)
    client.parser.execute = (chunk) => this.read(chunk)
    client.pipelinedRequests = statusOnly()
    // The client asks for its next request: the schedule says when.
    client._doRequest = () => {}
    // The client is made, and connects; from then on it connects again whenever a connection is lost.
    client._connect = () => {
      client._connect = () => this.lost()
      this.open()
    }
    client.on('headers', ({ shouldKeepAlive }) => {
      this.closing = !shouldKeepAlive
      this.astray ||= this.slot !== this.asked
    })
    client.on('connError', (error) => {
      this.cause = error.code ?? error.message
    })
    client.on('response', (status) => {
      if (!this.astray && isLast(status)) this.end(status)
    })
  }

  send(slot: Slot, now: number): void {
    this.slot = slot
    if (!this.connected) this.open()
    this.timer = setTimeout(() => this.giveUp('timeout'), Math.max(1, slot.due + this.owner.timeout - now))
    this.choose(slot.request)
    this.write()
  }

  /** The client takes them in turns of its own. */
  private choose(request: number): void {
    const { requestIterator } = this.client
    requestIterator.currentRequestIndex = request - 1
    requestIterator.nextRequest()
    this.client.reqsMade = 0
  }

  private open(): void {
    this.connected = true
    this.closing = false
    this.cause = ''
    this.client.parser.initialize('RESPONSE')
    this.connect()
  }

  /**
   * What nobody asked for (a server that is tired of an idle connection says 408) is no answer to anything, and after it, or after
   * what is no HTTP, there is no telling which answer is whose: the connection is given up.
   */
  private read(chunk: Buffer): void {
    this.asked = this.slot
    this.astray = false
    if (this.asked === undefined) {
      this.drop()
      return
    }
    const failed = this.parse(chunk)
    if (this.astray) this.giveUp('an answer too many')
    else if (failed instanceof Error) this.giveUp('no HTTP')
  }

  /** The connection broke, or the other side has closed it. */
  private lost(): void {
    if (this.cause === '' && this.endsWithConnection()) return
    const cause = this.cause === '' ? 'closed' : this.cause
    this.drop()
    this.end(cause)
  }

  /** An answer without a length is whole when its connection ends. */
  private endsWithConnection(): boolean {
    const { slot } = this
    if (slot === undefined) return false
    this.closing = true
    this.client.parser.finish()
    return this.slot !== slot
  }

  private giveUp(why: string): void {
    this.drop()
    this.end(why)
  }

  private drop(): void {
    this.connected = false
    this.client._destroyConnection()
  }

  private end(outcome: Outcome): void {
    const { slot } = this
    if (slot === undefined) return
    this.slot = undefined
    clearTimeout(this.timer)
    if (this.closing && this.connected) this.drop()
    this.owner.ended(this, slot, outcome)
  }
}

/** 100, 102 and 103 are said before the answer; 101 is one. */
function isLast(status: number): boolean {
  return status >= 200 || status === 101
}
