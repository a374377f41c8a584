import { type Budget, budget } from '@holdfast/budget'
import type { CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import { pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import { type FetchFunction, type ResilientFetch, resilience, resilientFetch } from '../src/index.ts'

const client = resilientFetch()
expectTypeOf(client).toEqualTypeOf<ResilientFetch>()
expectTypeOf(client('https://example.com')).toEqualTypeOf<Promise<Response>>()
expectTypeOf(client.breaker).toEqualTypeOf<CircuitBreakerPolicy | undefined>()

// Wherever a fetch is wanted it will do, and the platform's own is one to build on.
expectTypeOf<ResilientFetch>().toExtend<typeof fetch>()
expectTypeOf<typeof fetch>().toExtend<FetchFunction>()
resilientFetch({ fetch: client })

client(new URL('https://example.com'), { method: 'PUT', [resilience]: { timeout: 500 } })
client(new Request('https://example.com'), undefined, { idempotent: true, idempotencyKey: 'order-1' })
resilientFetch({ breaker: false, budget: (origin: string): Budget => budget({ name: origin }), limit: 10 })
resilientFetch({ policy: pipeline(), idempotent: ({ method, url, header }) => method === url.host + header('x') })

// @ts-expect-error: there is no such option
resilientFetch({ retries: 3 })
// @ts-expect-error: a breaker is for all requests
client('https://example.com', { [resilience]: { breaker: false } })
// @ts-expect-error: a time is a number
client('https://example.com', undefined, { timeout: '1s' })
