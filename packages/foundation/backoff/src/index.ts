export { type Backoff, delayAfter } from './backoff.ts'
export { type ConstantOptions, constant } from './constant.ts'
export { type ExponentialOptions, exponential } from './exponential.ts'
export type { Jitter } from './jitter.ts'
