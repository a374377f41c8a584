/** Why a call was aborted whose client has left before it had its response. */
export class ClientGoneError extends Error {
  readonly code = 'ERR_CLIENT_GONE'

  constructor() {
    super('the client has left before it had its response')
  }

  override get name(): string {
    return 'ClientGoneError'
  }
}
