import type { Call, Clock, DeadlineQueue, Operation, Run, Sink } from '@holdfast/core'
import type { Settings } from './options.ts'
import type { Teller } from './teller.ts'

/** What the gates of a policy share. */
export interface Shared {
  readonly clock: Clock
  readonly teller: Teller
  readonly settings: Settings
  /** The time of those who begin to wait now, where it is bounded. */
  readonly deadlines: DeadlineQueue | undefined
}

/** Where calls are let in, wait, or are refused. */
export interface Gate {
  receive<T>(
    inner: Run,
    call: Call,
    operation: Operation<T>,
    sink: Sink<T>,
    key: string | undefined,
    cost: number,
  ): void
  /** How many calls wait. */
  readonly queued: number
  /** The settings are other ones. */
  adopt(): void
}
