import type { Call, Clock } from '@holdfast/core'
import { nodeOf } from '@holdfast/core'
import { formatDeadline, IDEMPOTENCY_KEY_HEADER, type Repeatable } from '@holdfast/http'
import type { Dispatcher } from 'undici'
import { Attempt, type AttemptOwner } from './attempt.ts'
import { ownHeaders, withHeader } from './headers.ts'
import { lasting } from './stated-request.ts'

/** What every attempt says in its headers, where it is asked to. */
export interface AddedHeaders {
  readonly deadline: string | undefined
  readonly attempt: string | undefined
  readonly idempotencyKey: string | undefined
}

/** Makes one request, as often as policies ask for it and as it may be made. */
export class Attempts {
  /** Whether anything was sent so far. */
  sent = false
  private readonly dispatch: Dispatcher.Dispatch
  private readonly options: Dispatcher.DispatchOptions
  private readonly repeatable: Repeatable
  private readonly added: AddedHeaders | undefined
  private readonly clock: Clock
  /** The last one, and those before it: nearly always there is only one. */
  private last: Attempt | undefined = undefined
  private earlier: Attempt[] | undefined = undefined

  constructor(
    dispatch: Dispatcher.Dispatch,
    options: Dispatcher.DispatchOptions,
    repeatable: Repeatable,
    added: AddedHeaders | undefined,
    clock: Clock,
  ) {
    this.dispatch = dispatch
    this.options = repeatable === 'none' ? options : lasting(options)
    this.repeatable = repeatable
    this.added = added
    this.clock = clock
  }

  /** One more attempt; promises it once it has the head of its response. */
  next(owner: AttemptOwner, call: Call): Promise<Attempt> {
    const { last, options, repeatable, added } = this
    if (last !== undefined) {
      if (repeatable === 'none' || (repeatable === 'unsent' && this.sent)) {
        throw new TypeError('the request was sent and must not be sent twice')
      }
      this.earlier ??= []
      this.earlier.push(last)
    }
    const attempt = new Attempt(owner, nodeOf(call), this.clock)
    this.last = attempt
    if (added !== undefined) return attempt.start(this.dispatch, this.withAdded(call, added))
    return attempt.start(this.dispatch, last === undefined ? options : { ...options })
  }

  /** Frees the connections of all responses that nobody gets. */
  releaseAllBut(taken: Attempt | undefined): void {
    const { last, earlier } = this
    if (last !== taken) last?.release()
    if (earlier !== undefined) for (const attempt of earlier) if (attempt !== taken) attempt.release()
  }

  private withAdded(call: Call, { deadline, attempt, idempotencyKey }: AddedHeaders): Dispatcher.DispatchOptions {
    let headers = ownHeaders(this.options.headers)
    const remaining = deadline === undefined ? undefined : formatDeadline(call.remaining())
    if (deadline !== undefined && remaining !== undefined) headers = withHeader(headers, deadline, remaining)
    if (attempt !== undefined) headers = withHeader(headers, attempt, String(call.attempt))
    if (idempotencyKey !== undefined) headers = withHeader(headers, IDEMPOTENCY_KEY_HEADER, idempotencyKey)
    return { ...this.options, headers: headers as Dispatcher.DispatchOptions['headers'] & {} }
  }
}
