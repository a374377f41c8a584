import type { BulkheadEvent } from '@holdfast/bulkhead'
import type { CircuitEvent } from '@holdfast/circuit-breaker'
import type { FallbackEvent } from '@holdfast/fallback'
import type { HedgeEvent } from '@holdfast/hedge'
import type { RateLimitEvent } from '@holdfast/rate-limit'
import type { RedisEvent } from '@holdfast/redis'
import type { RetryEvent } from '@holdfast/retry'
import type { ShedEvent } from '@holdfast/shed'
import type { TimeoutEvent } from '@holdfast/timeout'

/** One of each event of a package: a new event, or a field that is called otherwise, is an error of types here. */
type SampleOfEach<E extends { readonly type: string }> = {
  readonly [T in E['type']]: Omit<Extract<E, { readonly type: T }>, 'type' | 'policy' | 'key'>
}

const error = Object.assign(new Error('no answer'), { code: 'ECONNRESET' })
const failed = { ok: false, error } as const

export const samples: {
  readonly timeout: SampleOfEach<TimeoutEvent>
  readonly retry: SampleOfEach<RetryEvent>
  readonly 'circuit-breaker': SampleOfEach<CircuitEvent>
  readonly bulkhead: SampleOfEach<BulkheadEvent>
  readonly hedge: SampleOfEach<HedgeEvent>
  readonly fallback: SampleOfEach<FallbackEvent>
  readonly 'rate-limit': SampleOfEach<RateLimitEvent>
  readonly shed: SampleOfEach<ShedEvent>
  readonly redis: SampleOfEach<RedisEvent>
} = {
  timeout: {
    'timeout.expired': { timeout: 500, attempt: 1, during: 'run' },
    'timeout.settled-late': { outcome: 'value', late: 250, attempt: 1 },
  },
  retry: {
    'retry.scheduled': { attempt: 1, outcome: failed, delay: 200 },
    'retry.succeeded': { attempts: 2, errors: [error] },
    'retry.exhausted': { attempts: 3, outcome: failed, errors: [error] },
    'retry.abandoned': { reason: 'budget', attempts: 1, outcome: failed, errors: [error], delay: undefined },
  },
  'circuit-breaker': {
    'circuit.opened': { rule: 'failureRate', figure: '12 of 20', openFor: 5_000, openings: 1 },
    'circuit.half-opened': { openings: 1 },
    'circuit.closed': { by: 'probes' },
    'circuit.isolated': {},
    'circuit.released': { state: 'closed' },
    'circuit.refused': { state: 'open', retryAfter: 4_000, observed: false },
    'circuit.probe-lapsed': {},
    'circuit.overflowed': { maxKeys: 10 },
  },
  bulkhead: {
    'bulkhead.queued': { priority: 'normal', queued: 1, observed: false },
    'bulkhead.granted': { waited: 30 },
    'bulkhead.refused': {
      priority: 'normal',
      reason: 'full',
      limit: 2,
      running: 2,
      queued: 0,
      observed: true,
    },
    'bulkhead.displaced': { priority: 'background', waited: 40 },
    'bulkhead.dropped': { priority: 'normal', by: 'codel', waited: 50 },
    'bulkhead.abandoned': { waited: 60 },
    'bulkhead.limit-changed': { from: 10, to: 12 },
    'bulkhead.overflowed': { maxKeys: 10 },
  },
  hedge: {
    'hedge.started': { cause: 'delay', hedge: 1, elapsed: 80, attempt: 1 },
    'hedge.refused': { cause: 'failure', hedge: 1, elapsed: 80, attempt: 1 },
    'hedge.won': { hedge: 1, elapsed: 90, attempt: 1 },
    'hedge.lost': { hedges: 1, outcome: failed, elapsed: 90, attempt: 1 },
    'hedge.discarded': { hedge: 0, elapsed: 95, attempt: 1 },
  },
  fallback: {
    'fallback.used': { error, outcome: failed, attempt: 1 },
    'fallback.failed': { error, fallbackError: error, outcome: failed, attempt: 1 },
  },
  'rate-limit': {
    'rate-limit.refused': {
      reason: 'limit',
      cost: 1,
      limit: 10,
      retryAfter: 900,
      violated: ['per-second'],
      degraded: false,
      observed: false,
    },
    'rate-limit.queued': { cost: 1, wait: 70, queued: 2, observed: false },
    'rate-limit.granted': { waited: 70 },
    'rate-limit.abandoned': { waited: 80 },
  },
  shed: {
    'shed.refused': {
      priority: 'normal',
      reason: 'loop-delay',
      loopDelay: 150,
      limit: 100,
      running: 3,
      queued: 0,
      observed: false,
    },
    'shed.queued': { priority: 'normal', queued: 1, observed: false },
    'shed.granted': { waited: 10 },
    'shed.dropped': { priority: 'background', by: 'displaced', waited: 20 },
    'shed.abandoned': { waited: 30 },
    'shed.started': { loopDelay: 150 },
    'shed.stopped': {},
    'shed.limit-changed': { from: 10, to: 12 },
  },
  redis: {
    'redis.degraded': { cause: 'timeout', code: undefined, error, node: undefined },
    'redis.recovered': { after: 3_000, decisions: 42, node: undefined },
    'redis.failed': { cause: 'reply', code: 'OOM', error, node: undefined },
    'redis.charged-in-vain': { cost: 1, reason: 'late' },
    'redis.lease-lost': {},
  },
}
