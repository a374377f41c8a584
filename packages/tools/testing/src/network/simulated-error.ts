/** What a simulated server answers with instead of a response. */
export class SimulatedError extends Error {
  /** A fault of the server's made the request fail, or its queue was full. */
  readonly code: 'ERR_SERVER_FAILED' | 'ERR_SERVER_FULL'
  /** The server's name. */
  readonly server: string

  constructor(code: SimulatedError['code'], server: string) {
    super(`${server}: ${code === 'ERR_SERVER_FULL' ? 'the queue is full' : 'failed'}`)
    this.code = code
    this.server = server
  }

  override get name(): string {
    return 'SimulatedError'
  }
}
