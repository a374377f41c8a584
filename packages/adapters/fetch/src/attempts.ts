import { type Call, nodeOf } from '@holdfast/core'
import { formatDeadline, IDEMPOTENCY_KEY_HEADER, networkFailure, type Repeatable } from '@holdfast/http'
import { isReplayable, isReplayableRequest, ownBody, ownHeaders } from './body.ts'
import type { FetchFunction, FetchInput } from './fetch-function.ts'
import { redirectsSeen, wasRedirected } from './redirects.ts'
import type { StatedRequest } from './request-facts.ts'
import { trackResponse } from './tracked-response.ts'

/** What every attempt says in its headers, where it is asked to. */
export interface AddedHeaders {
  readonly deadline: string | undefined
  readonly attempt: string | undefined
  readonly idempotencyKey: string | undefined
}

/** Makes one request, as often as policies ask for it and as it may be made. */
export class Attempts {
  readonly repeatable: Repeatable
  private readonly url: URL
  private readonly fetch: FetchFunction
  private readonly init: RequestInit
  private readonly added: AddedHeaders | undefined
  private readonly base: RequestInit['headers']
  private input: FetchInput
  /** A copy of a request whose body can be read once, for the next attempt. */
  private spare: Request | undefined = undefined
  /** Whether an attempt now would be one too many. */
  private spent = false
  /** What had been seen of redirects before the latest attempt. */
  private redirects = 0

  constructor(
    request: StatedRequest,
    idempotent: boolean,
    fetch: FetchFunction,
    added: AddedHeaders | undefined,
    repeats: boolean,
  ) {
    const { input, init, request: made, url } = request
    const stated = init ?? {}
    this.input = input
    this.url = url
    this.fetch = fetch
    this.added = added
    this.repeatable = idempotent ? 'any' : 'unsent'
    const bodyOfRequest = made !== undefined && (stated.body === undefined || stated.body === null) && hasBody(made)
    if (repeats && !(bodyOfRequest ? isReplayableRequest(made) : isReplayable(stated.body))) this.repeatable = 'none'
    const again = repeats && this.repeatable !== 'none'
    if (again && bodyOfRequest) this.spare = made.clone()
    this.init = again ? lasting(stated) : stated
    this.base = added === undefined ? undefined : (this.init.headers ?? ownHeaders(made?.headers))
  }

  /** Nothing was sent so far. */
  get unsent(): boolean {
    return !this.spent
  }

  /** One attempt, with a signal and headers of its own. */
  start(call: Call): Promise<Response> {
    if (this.spent) throw new TypeError('fetch: the request was sent and must not be sent twice')
    if (this.repeatable !== 'any') this.spend()
    const { input, init, spare } = this
    if (spare !== undefined) {
      this.input = spare
      this.spare = spare.clone()
    }
    const { signal } = call
    const stated = this.added === undefined ? { ...init, signal } : { ...init, signal, headers: this.headersOf(call) }
    return this.fetch(input, stated).then(
      (response) => {
        trackResponse(response, nodeOf(call))
        return response
      },
      (error: unknown) => {
        if (this.repeatable === 'unsent') this.failed(error)
        throw error
      },
    )
  }

  private spend(): void {
    this.spent = true
    if (this.repeatable === 'unsent') this.redirects = redirectsSeen()
  }

  /** What is known to have reached nobody can be sent again. But a request that was redirected has reached somebody before. */
  private failed(error: unknown): void {
    if (networkFailure(error) === 'not-sent' && !wasRedirected(this.url, this.redirects)) this.spent = false
  }

  private headersOf(call: Call): Headers {
    const headers = new Headers(this.base)
    const { deadline, attempt, idempotencyKey } = this.added ?? {}
    const remaining = deadline === undefined ? undefined : formatDeadline(call.remaining())
    if (deadline !== undefined && remaining !== undefined) headers.set(deadline, remaining)
    if (attempt !== undefined) headers.set(attempt, String(call.attempt))
    if (idempotencyKey !== undefined) headers.set(IDEMPOTENCY_KEY_HEADER, idempotencyKey)
    return headers
  }
}

function hasBody({ body }: Request): boolean {
  return body !== null && body !== undefined
}

/** What later attempts send as well, whatever the caller does meanwhile with what he gave. */
function lasting(init: RequestInit): RequestInit {
  const { body, headers } = init
  if (typeof body !== 'object' && typeof headers !== 'object') return init
  const lasts = { ...init }
  if (body !== undefined) lasts.body = ownBody(body) ?? null
  if (headers !== undefined) lasts.headers = ownHeaders(headers) ?? {}
  return lasts
}
