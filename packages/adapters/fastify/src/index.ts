import type { HoldfastRouteOptions } from './options.ts'

export { ClientGoneError } from '@holdfast/http'
export type { BulkheadOptions } from './bulkhead-options.ts'
export type { DeadlineOptions } from './deadline-options.ts'
export { answerError } from './error-handler.ts'
export type { HealthOptions, HoldfastOptions, HoldfastRouteOptions } from './options.ts'
export { holdfast } from './plugin.ts'
export type { RateLimitOptions } from './rate-limit-options.ts'
export type { ShedOptions } from './shed-options.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What Holdfast does for this route, where it differs from what was said when the plugin was registered. */
    holdfast?: HoldfastRouteOptions | undefined
  }
}
