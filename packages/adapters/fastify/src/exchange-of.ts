import type { FastifyRequest } from 'fastify'
import type { Exchange } from './exchange.ts'

const exchangeKey = Symbol('holdfast.exchange')
interface Carrier {
  [exchangeKey]?: Exchange
}

/** What a request is in the middle of, where it has a deadline, or waits for its turn anywhere. */
export function exchangeOf(request: FastifyRequest): Exchange | undefined {
  return (request as Carrier)[exchangeKey]
}

export function setExchange(request: FastifyRequest, exchange: Exchange): void {
  ;(request as Carrier)[exchangeKey] = exchange
}
