import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { pipeline } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import fastify, { type FastifyInstance } from 'fastify'
import { exporter } from './telemetry.ts'

/** A server that asks a price service for each request, and a page for Prometheus. */
export function priceServer(upstream: string): FastifyInstance {
  const prices = pipeline(
    fallback('unknown', { name: 'prices.fallback' }),
    timeout({ timeout: 500, name: 'prices.total' }),
    retry({ maxAttempts: 3, name: 'prices.retry' }),
    circuitBreaker({ name: 'prices.breaker', window: 1_000, openFor: 250 }),
    bulkhead({ maxConcurrent: 20, maxQueued: 20, name: 'prices.bulkhead' }),
    timeout({ timeout: 100, name: 'prices.attempt' }),
  )

  const app = fastify()
  app.get('/price', () =>
    prices.execute(async ({ signal }) => {
      const response = await fetch(upstream, { signal })
      if (!response.ok) throw new Error(`the price service said ${response.status}`)
      return response.text()
    }),
  )
  app.get('/metrics', (_request, reply) => {
    reply.hijack()
    exporter.getMetricsRequestHandler(reply.request.raw, reply.raw)
  })
  return app
}
