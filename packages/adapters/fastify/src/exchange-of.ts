import type { CallNode } from '@holdfast/core'
import type { FastifyRequest } from 'fastify'

const exchangeKey = Symbol('holdfast.exchange')
interface Carrier {
  [exchangeKey]?: RequestExchange
}

/** What a request is in the middle of, where it has a deadline, or waits for its turn anywhere. */
export interface RequestExchange {
  /** The outermost call, to be ended from outside. */
  node: CallNode | undefined
  /** How many ms it has in all. */
  readonly time: number
  /** Lets the request into the handler, past the bulkhead. */
  begin(done: (error?: Error) => void): void
  /** Whether a handler that fails with `error` tells nothing new: it was given up, and that is what it says. */
  isMoot(error: unknown): boolean
}

export function exchangeOf(request: FastifyRequest): RequestExchange | undefined {
  return (request as Carrier)[exchangeKey]
}

export function setExchange(request: FastifyRequest, exchange: RequestExchange): void {
  ;(request as Carrier)[exchangeKey] = exchange
}
