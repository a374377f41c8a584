import type { PolicyEvent } from '@holdfast/core'

/**
 * What is the matter: the time ran out, the server answered with an error (`'reply'`), it answered what makes no sense (`'garbage'`), or it
 * could not be asked (`'connection'`).
 */
export type RedisTrouble = 'timeout' | 'reply' | 'garbage' | 'connection'

/** From now on decisions are made without Redis, or without one node of a Cluster. */
export interface RedisDegraded extends PolicyEvent {
  readonly type: 'redis.degraded'
  readonly cause: RedisTrouble
  /** `READONLY`, `OOM`, …: the first word of what the server answered; else the `code` of the error, if it has one. */
  readonly code: string | undefined
  readonly error: unknown
  /** Of a Cluster, the node. */
  readonly node: string | undefined
}

/** Redis has answered again. */
export interface RedisRecovered extends PolicyEvent {
  readonly type: 'redis.recovered'
  /** For how long it had not, in ms. */
  readonly after: number
  /** How many decisions were made without it. */
  readonly decisions: number
  readonly node: string | undefined
}

/** A call failed. While the breaker is open only renewals, releases and what is given back are still sent. */
export interface RedisFailed extends PolicyEvent {
  readonly type: 'redis.failed'
  readonly cause: RedisTrouble
  readonly code: string | undefined
  readonly error: unknown
  readonly node: string | undefined
}

/** Redis charged what nobody waited for any more; it is asked to give it back. */
export interface RedisChargedInVain extends PolicyEvent {
  readonly type: 'redis.charged-in-vain'
  readonly key: string
  readonly cost: number
  /** The caller gave up, or the answer came too late. */
  readonly reason: 'aborted' | 'late'
}

/** A lease lapsed before it could be renewed. */
export interface RedisLeaseLost extends PolicyEvent {
  readonly type: 'redis.lease-lost'
  readonly key: string
}

export type RedisEvent = RedisDegraded | RedisRecovered | RedisFailed | RedisChargedInVain | RedisLeaseLost
