import { tokenBucket } from '@holdfast/rate-limit'
import Fastify from 'fastify'
import { expectTypeOf } from 'vitest'
import { answerError, type HoldfastRouteOptions, holdfast, type RateLimitOptions } from '../src/index.ts'

const limiter = tokenBucket({ rate: 1 })
const app = Fastify()

app.register(holdfast, { rateLimit: { limiter }, deadline: { timeout: 1_000 } })
app.register(holdfast)
// @ts-expect-error a limiter is what a rate limit is made of
app.register(holdfast, { rateLimit: {} })
// @ts-expect-error there is no such option
app.register(holdfast, { ratelimit: { limiter } })

app.get(
  '/',
  { config: { holdfast: { rateLimit: false, deadline: { timeout: 5 }, bulkhead: { maxConcurrent: 2 } } } },
  async (request) => {
    const own: HoldfastRouteOptions | undefined = request.routeOptions.config.holdfast
    return own === undefined
  },
)
// @ts-expect-error a key is text
app.get('/', { config: { holdfast: { rateLimit: { limiter, key: () => 5 } } } }, async () => 'x')

expectTypeOf<RateLimitOptions['key']>().parameter(0).toHaveProperty('ip')
app.setErrorHandler((error, request, reply) => {
  expectTypeOf(answerError(error, request, reply)).toEqualTypeOf<boolean>()
})
