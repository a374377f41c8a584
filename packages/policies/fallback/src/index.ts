export type { FallbackEvent, FallbackFailed, FallbackUsed } from './events.ts'
export { fallback } from './fallback.ts'
export type { FallbackOptions, ShouldHandle } from './options.ts'
