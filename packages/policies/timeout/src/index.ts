export { TimeoutError } from './errors.ts'
export type { TimeoutEvent, TimeoutExpired, TimeoutSettledLate } from './events.ts'
export type { TimeoutOptions, TimeoutValue } from './options.ts'
export { type TimeoutPolicy, timeout } from './timeout.ts'
