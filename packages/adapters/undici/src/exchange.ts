import type { CallNode, CallOptions, Policy } from '@holdfast/core'
import type { Dispatcher } from 'undici'
import { Attempt, type AttemptOwner, type Controller } from './attempt.ts'
import type { Attempts } from './attempts.ts'
import { errorFor, isRefusedStream } from './errors.ts'
import type { ResponseHeaders } from './response-head.ts'
import { type CallOwner, executeFor } from './root-of-call.ts'

type RawHeaders = Exclude<Controller['rawHeaders'], undefined>

/**
 * One request as its handler sees it: one start, one response, one end, and a controller that stays the same, whichever attempts
 * there are behind it.
 */
export class Exchange implements Controller, AttemptOwner, CallOwner {
  declare aborted: boolean
  declare reason: Error | null
  declare paused: boolean
  declare decided: boolean
  declare over: boolean
  /** Whoever makes its first attempt has told that he is busy. */
  declare isBusy: boolean
  declare rawHeaders: RawHeaders
  declare rawTrailers: RawHeaders
  declare private readonly handler: Dispatcher.DispatchHandler
  declare private call: CallNode | undefined
  declare private attempts: Attempts | undefined
  /** The attempt whose response the handler gets. */
  declare private taken: Attempt | undefined

  constructor(handler: Dispatcher.DispatchHandler) {
    this.aborted = false
    this.reason = null
    this.paused = false
    this.decided = false
    this.over = false
    this.isBusy = false
    this.rawHeaders = null
    this.rawTrailers = null
    this.handler = handler
    this.call = undefined
    this.attempts = undefined
    this.taken = undefined
  }

  /** Lets the handler begin; he can end it from now on, wherever it waits. Returns false where he has. */
  begin(): boolean {
    try {
      this.handler.onRequestStart?.(this, null)
    } catch (error) {
      this.blame(error)
    }
    return !this.over
  }

  /** Makes the request under `policy`. */
  run(policy: Policy<unknown>, attempts: Attempts, options: CallOptions): void {
    this.attempts = attempts
    executeFor(this, policy, (call) => attempts.next(this, call), options).then(
      (answer) => this.take(answer),
      (error: unknown) => this.refuse(error),
    )
  }

  /** Nothing was sent so far. */
  get unsent(): boolean {
    return this.attempts?.sent !== true
  }

  begins(call: CallNode): void {
    this.call = call
  }

  abort(reason?: Error | undefined): void {
    if (this.over) return
    this.aborted = true
    this.reason = errorFor(reason)
    this.call?.abort(this.reason, 'caller')
    this.fail(this.reason)
  }

  pause(): void {
    this.paused = true
    this.taken?.pause()
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.taken?.resume()
  }

  busy(): void {
    this.isBusy = true
  }

  sent(context: unknown): void {
    if (this.attempts !== undefined) this.attempts.sent = true
    // Redirects and caches say there what they have done.
    if (context === undefined || context === null || this.over) return
    this.tell(() => this.handler.onRequestStart?.(this, context))
  }

  inform(controller: Controller, statusCode: number, headers: ResponseHeaders, statusText?: string): void {
    this.rawHeaders = controller.rawHeaders ?? null
    this.tell(() => this.handler.onResponseStart?.(this, statusCode, headers, statusText))
  }

  failed(error: unknown, wasRedirected: boolean): void {
    // A server can say of what went out that it has not looked at it. But a connection that is refused after something went out is
    // that to where a redirect leads.
    if (this.attempts?.sent && !wasRedirected && isRefusedStream(error)) this.attempts.sent = false
  }

  bodySent(chunk: Buffer): void {
    if (this.handler.onBodySent !== undefined) this.tell(() => this.handler.onBodySent?.(chunk))
  }

  requestSent(): void {
    if (this.handler.onRequestSent !== undefined) this.tell(() => this.handler.onRequestSent?.())
  }

  responseStarted(): void {
    if (this.handler.onResponseStarted !== undefined) this.tell(() => this.handler.onResponseStarted?.())
  }

  data(chunk: Buffer): void {
    if (this.over) return
    try {
      this.handler.onResponseData?.(this, chunk)
    } catch (error) {
      this.blame(error)
    }
  }

  end(controller: Controller, trailers: ResponseHeaders): void {
    if (this.over) return
    this.over = true
    this.rawTrailers = controller.rawTrailers ?? null
    try {
      this.handler.onResponseEnd?.(this, trailers)
    } catch (error) {
      // As undici has it: a handler that throws at the end has not come to it.
      this.handler.onResponseError?.(this, errorFor(error))
    }
  }

  fail(error: unknown): void {
    if (this.over) return
    this.over = true
    this.handler.onResponseError?.(this, errorFor(error))
  }

  private take(answer: unknown): void {
    const attempt = answer instanceof Attempt && answer.isThere ? answer : undefined
    this.decided = true
    this.attempts?.releaseAllBut(this.over ? undefined : attempt)
    if (this.over) return
    if (attempt === undefined) {
      this.fail(new TypeError('the policy answered with something else than a response that it was given'))
      return
    }
    this.taken = attempt
    this.rawHeaders = attempt.rawHeaders ?? null
    try {
      this.handler.onResponseStart?.(this, attempt.statusCode, attempt.headers, attempt.statusText)
    } catch (error) {
      this.blame(error)
    }
    attempt.deliver()
  }

  private refuse(error: unknown): void {
    this.decided = true
    this.attempts?.releaseAllBut(undefined)
    this.fail(error)
  }

  private tell(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.blame(error)
    }
  }

  /** A handler that throws gets that as the error of its request, which is over. */
  private blame(error: unknown): void {
    this.call?.abort(error, 'caller')
    this.fail(error)
  }
}
