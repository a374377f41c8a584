import type { Socket } from 'node:net'

/**
 * What of autocannon's client a lane needs. `setupClient` of autocannon hands it over before it connects; the methods with an
 * underscore are the ones that decide when it connects and sends, and are why the version is fixed.
 */
export interface AutocannonClient {
  conn: Socket
  readonly parser: { initialize(type: 'RESPONSE'): void; finish(): unknown }
  readonly requestIterator: { currentRequestIndex: number; nextRequest(): unknown }
  /** Requests made so far: before the first, it does not go on to the next one of several. */
  reqsMade: number
  on(event: 'response', heard: (status: number) => void): unknown
  on(event: 'headers', heard: (headers: { readonly shouldKeepAlive: boolean }) => void): unknown
  on(event: 'connError', heard: (error: NodeJS.ErrnoException) => void): unknown
  _connect(): void
  _doRequest(): void
  _destroyConnection(): void
}

export function asAutocannonClient(client: unknown): AutocannonClient {
  const found = client as Partial<AutocannonClient>
  const methods = ['_connect', '_doRequest', '_destroyConnection'] as const
  const parts = [found.requestIterator?.nextRequest, ...methods.map((method) => found[method])]
  if (parts.every((part) => typeof part === 'function')) return client as AutocannonClient
  throw new Error('this version of autocannon has a client that cannot be paced: install the one that is asked for')
}
