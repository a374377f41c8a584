export { type JudgedResponse, judgeRequestError, judgeResponse, judgeStatus } from './classify.ts'
export { ClientGoneError } from './client-gone.ts'
export { type ClientKeyOptions, clientKeys, UNKNOWN_CLIENT } from './client-key.ts'
export { DEADLINE_HEADER, formatDeadline, parseDeadline } from './deadline.ts'
export { parseHttpDate } from './http-date.ts'
export { formatIdempotencyKey, IDEMPOTENCY_KEY_HEADER, parseIdempotencyKey } from './idempotency-key.ts'
export { type IpAddress, parseIpAddress } from './ip-address.ts'
export {
  formatLegacyRateLimit,
  type LegacyFields,
  type LegacyRateLimit,
  parseLegacyRateLimit,
} from './legacy-rate-limit-fields.ts'
export { limitStatement, RETRY_AFTER_JITTER, type StatableDecision, type StatableLimit } from './limit-statement.ts'
export { isIdempotentMethod } from './methods.ts'
export { type NetworkFailure, networkFailure } from './network-error.ts'
export { PRIORITY_HEADER, parseClaimedPriority, parsePriority } from './priority.ts'
export {
  abnormalUsageDetected,
  PROBLEM_TYPE,
  type Problem,
  parseProblem,
  plainProblem,
  quotaExceeded,
  temporaryReducedCapacity,
  type WrittenProblem,
  writeProblem,
} from './problem.ts'
export { type ErrorAnswer, problemOfError } from './problem-of-error.ts'
export {
  formatRateLimit,
  formatRateLimitPolicy,
  parseRateLimit,
  parseRateLimitPolicy,
  type QuotaLevel,
  type QuotaPolicy,
} from './rate-limit-fields.ts'
export { type RateLimitForm, rateLimitHeaders, type StatedLimit } from './rate-limit-headers.ts'
export { idempotencyKeyFor, isRepeatable } from './repeatable.ts'
export type { RequestFacts } from './request-facts.ts'
export { type JudgedClient, type Repeatable, type RequestJudge, requestJudge } from './request-judge.ts'
export {
  type IdempotencyKey,
  type Idempotent,
  type RequestCallOptions,
  type RequestOptions,
  type RequestSettings,
  requestSettingsWith,
  resolveRequestOptions,
} from './request-options.ts'
export { formatRetryAfter, parseRetryAfter, wholeSeconds } from './retry-after.ts'
export {
  type BareItem,
  type FieldItem,
  formatFieldInteger,
  formatFieldString,
  parseFieldItems,
  type Token,
} from './structured-field.ts'
export { type ReadHeader, waitFor } from './wait-for.ts'
