import type { AbortListener, CallNode, Clock } from '@holdfast/core'
import type { Dispatcher } from 'undici'
import { Backlog, type BodyReader } from './backlog.ts'
import { Drain } from './drain.ts'
import type { ResponseHead, ResponseHeaders } from './response-head.ts'

export type Controller = Dispatcher.DispatchController

/** Who makes attempts, and takes over the response of one of them. */
export interface AttemptOwner extends BodyReader {
  /** Whether it takes no other attempt any more. */
  readonly decided: boolean
  /** Whoever makes its requests is busy, and will say so when he is not. */
  busy(): void
  /** The request goes out. */
  sent(context: unknown): void
  /** An attempt has come to no response. */
  failed(error: unknown, wasRedirected: boolean): void
  bodySent(chunk: Buffer): void
  requestSent(): void
  responseStarted(): void
  /** An interim response. */
  inform(controller: Controller, statusCode: number, headers: ResponseHeaders, statusText?: string): void
  end(controller: Controller, trailers: ResponseHeaders): void
  fail(error: unknown): void
}

/**
 * One attempt to make a request, and what undici tells of it. It answers with the head of its response, is then taken over or
 * released, and holds its call as long as it has the connection.
 */
export class Attempt implements Dispatcher.DispatchHandler, AbortListener, ResponseHead {
  declare statusCode: number
  declare statusText: string | undefined
  declare headers: ResponseHeaders
  declare private readonly owner: AttemptOwner
  declare private readonly call: CallNode
  declare private readonly clock: Clock
  declare private controller: Controller | undefined
  /** What something inside says that it has done with the request. */
  declare private context: unknown
  declare private phase: 'waiting' | 'answered' | 'delivering' | 'released'
  /** undici has told all that it will tell. */
  declare private over: boolean
  declare private resolve: (attempt: Attempt) => void
  declare private reject: (error: unknown) => void
  /** What of the body came before somebody wanted it. */
  declare private backlog: Backlog | undefined
  declare private trailers: ResponseHeaders | undefined
  declare private fault: { readonly error: unknown } | undefined
  declare private aborted: { readonly reason: Error } | undefined
  declare private drain: Drain | undefined

  constructor(owner: AttemptOwner, call: CallNode, clock: Clock) {
    this.statusCode = 0
    this.statusText = undefined
    this.headers = NO_HEADERS
    this.owner = owner
    this.call = call
    this.clock = clock
    this.controller = undefined
    this.context = undefined
    this.phase = 'waiting'
    this.over = false
    this.resolve = nobody
    this.reject = nobody
    this.backlog = undefined
    this.trailers = undefined
    this.fault = undefined
    this.aborted = undefined
    this.drain = undefined
  }

  /** Sends the request; promises this attempt, once the head of its response is there. */
  start(dispatch: Dispatcher.Dispatch, options: Dispatcher.DispatchOptions): Promise<Attempt> {
    this.call.hold()
    this.call.listen(this)
    return new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
      try {
        if (!dispatch(options, this) && !this.over) this.owner.busy()
      } catch (error) {
        this.onResponseError(undefined, error as Error)
      }
    })
  }

  /** Whether its response waits for somebody. */
  get isThere(): boolean {
    return this.phase === 'answered'
  }

  get rawHeaders(): Controller['rawHeaders'] {
    return this.controller?.rawHeaders
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.controller = controller
    this.context = context
    if (this.aborted === undefined) this.owner.sent(context)
    else controller.abort(this.aborted.reason)
  }

  onBodySent(chunk: Buffer): void {
    if (!this.owner.over) this.owner.bodySent(chunk)
  }

  onRequestSent(): void {
    if (!this.owner.over) this.owner.requestSent()
  }

  onResponseStarted(): void {
    if (!this.owner.over) this.owner.responseStarted()
  }

  onResponseStart(controller: Controller, statusCode: number, headers: ResponseHeaders, statusText?: string): void {
    this.controller = controller
    if (statusCode < 200) {
      if (!this.owner.decided) this.owner.inform(controller, statusCode, headers, statusText)
      return
    }
    if (this.phase !== 'waiting' || this.over) return
    this.phase = 'answered'
    this.statusCode = statusCode
    this.headers = headers
    this.statusText = statusText
    this.resolve(this)
    if (this.owner.decided) this.release()
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.drain !== undefined) this.drain.take(chunk.length)
    else if (this.phase === 'delivering' && this.backlog === undefined) this.owner.data(chunk)
    else if (!this.over) this.keep(controller, chunk)
  }

  onResponseEnd(controller: Controller, trailers: ResponseHeaders): void {
    if (this.over) return
    this.controller = controller
    this.trailers = trailers
    this.leave()
    if (this.phase === 'delivering' && this.backlog === undefined) this.owner.end(controller, trailers)
  }

  onResponseError(_controller: Controller | undefined | null, error: Error): void {
    if (this.over) return
    this.leave()
    if (this.phase === 'waiting') {
      this.owner.failed(error, wasRedirected(this.context))
      this.reject(error)
    } else if (this.phase === 'delivering') this.owner.fail(error)
    else this.fault = { error }
  }

  /** The call was aborted: its caller gave up, its time is out, or another attempt was faster. */
  onAbort(reason: unknown): void {
    this.abort(reason as Error)
  }

  /** Hands the body on to the owner, who has told the head. */
  deliver(): void {
    this.phase = 'delivering'
    this.handOn()
  }

  pause(): void {
    if (!this.over) this.controller?.pause()
  }

  resume(): void {
    if (this.backlog !== undefined) this.handOn()
    else if (!this.over) this.controller?.resume()
  }

  /** Frees the connection of a response that nobody gets. */
  release(): void {
    if (this.phase !== 'answered') return
    const waiting = this.backlog?.bytes ?? 0
    this.phase = 'released'
    this.backlog = undefined
    if (this.over) return
    this.drain = new Drain((reason) => this.abort(reason), this.clock)
    this.drain.announce(Number(this.headers['content-length']))
    this.drain.take(waiting)
    if (!this.over) this.controller?.resume()
  }

  /** Gives the connection up. Where there is none yet, the request will not be sent when there is one. */
  private abort(reason: Error): void {
    if (this.over || this.aborted !== undefined) return
    this.aborted = { reason }
    const { controller } = this
    if (controller === undefined) return
    controller.abort(reason)
    // undici has said so by now; a controller of somebody else's may not have.
    this.onResponseError(controller, reason)
  }

  private keep(controller: Controller, chunk: Buffer): void {
    this.backlog ??= new Backlog()
    if (this.backlog.keep(chunk)) controller.pause()
  }

  /** Hands on what waits, as long as it is wanted, and then how it ended. */
  private handOn(): void {
    const { owner } = this
    if (owner.over || (this.backlog !== undefined && !this.backlog.handOn(owner))) return
    this.backlog = undefined
    if (this.fault !== undefined) owner.fail(this.fault.error)
    else if (this.over && this.controller !== undefined) owner.end(this.controller, this.trailers ?? NO_HEADERS)
    else if (owner.paused) this.pause()
    else this.controller?.resume()
  }

  /** The connection serves others again. */
  private leave(): void {
    this.over = true
    this.drain?.stop()
    this.call.unlisten(this)
    this.call.wake()
    this.call.leave()
  }
}

const NO_HEADERS: ResponseHeaders = Object.freeze({})

/** undici's `redirect()` goes on writing its history into what it has told at the start. */
function wasRedirected(context: unknown): boolean {
  if (typeof context !== 'object' || context === null || !('history' in context)) return false
  return Array.isArray(context.history) && context.history.length > 0
}

function nobody(): void {}
