import { type Budget, budget } from '@holdfast/budget'
import type { CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import { type Policy, pipeline } from '@holdfast/core'
import { Agent, type Dispatcher, Pool, request } from 'undici'
import * as undici7 from 'undici-7'
import { expectTypeOf } from 'vitest'
import { type Resilient, type ResilientDispatch, resilience, resilientDispatch } from '../src/index.ts'

const resilient = resilientDispatch()
expectTypeOf(resilient).toEqualTypeOf<ResilientDispatch>()
expectTypeOf<ResilientDispatch>().toExtend<Dispatcher.DispatcherComposeInterceptor>()
expectTypeOf(resilient.breaker).toEqualTypeOf<CircuitBreakerPolicy | undefined>()

new Agent().compose(resilient)
new Pool('https://example.com').compose(resilient, resilientDispatch({ limit: 10 }))
new undici7.Agent().compose(resilient as unknown as undici7.Dispatcher.DispatcherComposeInterceptor)

const stated: Resilient & { method: 'PUT' } = { method: 'PUT', [resilience]: { timeout: 500 } }
request('https://example.com', stated)
resilientDispatch({ breaker: false, budget: (origin: string): Budget => budget({ name: origin }), limit: 10 })
resilientDispatch({ policy: pipeline(), idempotent: ({ method, url, header }) => method === url.host + header('x') })

declare const answersOtherwise: Policy<string>
// @ts-expect-error: there is no such option
resilientDispatch({ retries: 3 })
// @ts-expect-error: a breaker is for all requests
const wrong: Resilient = { [resilience]: { breaker: false } }
// @ts-expect-error: a dispatcher hands on responses, and a fallback has none
resilientDispatch({ policy: answersOtherwise })
void wrong
