import { type AbortListener, type Call, type CallNode, nodeOf, type Timer } from '@holdfast/core'

/** What a simulated server answers with. */
export interface SimulatedResponse {
  /** The server's name. */
  readonly server: string
  /** How long the request waited for a worker, in ms. */
  readonly queued: number
  /** How long the worker took, in ms. */
  readonly served: number
}

/** The client's end of a request. */
export interface Client {
  readonly call: Call | undefined
  readonly resolve: (response: SimulatedResponse) => void
  readonly reject: (error: unknown) => void
}

/** A request whose client waits for the answer. When it gives up, its server is told, whether or not that makes a difference. */
export class SimulatedRequest implements AbortListener {
  readonly cameAt: number
  /** Where it stands in the queue, -1 when it is not there. */
  place: number = -1
  /** When its service is done; `NaN` while it has not begun. */
  doneAt: number = NaN
  /** Fires when the answer has come back to the client. */
  answer: Timer | undefined = undefined
  private readonly client: Client
  private readonly node: CallNode | undefined
  private readonly onGivenUp: (request: SimulatedRequest) => void

  constructor(client: Client, cameAt: number, onGivenUp: (request: SimulatedRequest) => void) {
    this.client = client
    this.cameAt = cameAt
    this.onGivenUp = onGivenUp
    this.node = client.call && nodeOf(client.call)
    this.node?.listen(this)
  }

  succeed(response: SimulatedResponse): void {
    this.node?.unlisten(this)
    this.client.resolve(response)
  }

  fail(error: unknown): void {
    this.node?.unlisten(this)
    this.client.reject(error)
  }

  onAbort(reason: unknown): void {
    this.onGivenUp(this)
    this.fail(reason)
  }
}
