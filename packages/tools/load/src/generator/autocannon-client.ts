import type { Socket } from 'node:net'

/**
 * What of autocannon's client a lane needs. `setupClient` of autocannon hands it over before it connects; the methods with an
 * underscore are the ones that decide when it connects and sends, and are why the version is fixed.
 */
export interface AutocannonClient {
  conn: Socket
  readonly parser: {
    initialize(type: 'RESPONSE'): void
    /** Returns an error where it is not HTTP. */
    execute(chunk: Buffer): unknown
    finish(): unknown
  }
  /** What it knows of the answers under way. */
  pipelinedRequests: Answers
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

/** What the client asks of its list of requests that wait for an answer. */
interface Answers {
  insertRequest(): void
  addByteCount(): void
  addBody(): void
  setHeaders(headers: { readonly statusCode: number }): void
  terminateRequest(): object
  clear(): void
}

/**
 * A list that keeps nothing but the status. The client's own puts the pieces of every body together, for nobody; and it has
 * nothing to give for an answer that nobody asked for, or that is not the last one, as 103 is not.
 */
export function statusOnly(): Answers {
  let headers = { statusCode: 0 }
  return {
    insertRequest() {},
    addByteCount() {},
    addBody() {},
    setHeaders(told) {
      headers = told
    },
    terminateRequest: () => ({ headers, bytes: 0, duration: 0 }),
    clear() {},
  }
}

export function asAutocannonClient(client: unknown): AutocannonClient {
  const found = client as Partial<AutocannonClient>
  const methods = ['_connect', '_doRequest', '_destroyConnection'] as const
  const parts = [found.requestIterator?.nextRequest, ...methods.map((method) => found[method])]
  if (parts.every((part) => typeof part === 'function')) return client as AutocannonClient
  throw new Error('this version of autocannon has a client that cannot be paced: install the one that is asked for')
}
