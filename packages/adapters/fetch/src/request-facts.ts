import type { RequestFacts } from '@holdfast/http'
import type { FetchInput } from './fetch-function.ts'

/** A request as the caller stated it: fetch's two arguments, read as fetch reads them. */
export class StatedRequest implements RequestFacts {
  readonly input: FetchInput
  readonly init: RequestInit | undefined
  /** The first argument, where that is a request. */
  readonly request: Request | undefined
  readonly url: URL

  constructor(input: FetchInput, init: RequestInit | undefined, request: Request | undefined, url: URL) {
    this.input = input
    this.init = init
    this.request = request
    this.url = url
  }

  get method(): string {
    return (this.init?.method ?? this.request?.method ?? 'GET').toUpperCase()
  }

  /** What the caller aborts it with; `null` in the second argument says that nothing does. */
  get signal(): AbortSignal | undefined {
    const stated = this.init?.signal
    return stated === undefined ? this.request?.signal : (stated ?? undefined)
  }

  header(name: string): string | null {
    const { headers } = this
    return headers === undefined ? null : new Headers(headers).get(name)
  }

  get headers(): RequestInit['headers'] {
    return this.init?.headers ?? this.request?.headers
  }
}

/**
 * Reads fetch's arguments. `undefined` where there is no dependency to be called, or nothing that fetch would take: fetch itself then
 * says what it is.
 */
export function readRequest(input: unknown, init: unknown): StatedRequest | undefined {
  if (init !== undefined && init !== null && typeof init !== 'object') return undefined
  const request = isRequest(input) ? input : undefined
  if (request?.bodyUsed) return undefined
  const url = urlOf(request?.url ?? input)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  const stated = init === undefined || init === null ? undefined : ownCopy(init)
  const read = new StatedRequest(request ?? url.href, stated, request, url)
  return isAcceptable(read) ? read : undefined
}

function isRequest(input: unknown): input is Request {
  if (typeof input !== 'object' || input === null || input instanceof URL) return false
  return 'clone' in input && 'method' in input && 'url' in input && typeof input.url === 'string'
}

function urlOf(input: unknown): URL | null {
  return input instanceof URL ? URL.parse(input.href) : URL.parse(`${input}`)
}

function isAcceptable({ signal, init }: StatedRequest): boolean {
  const { method } = init ?? {}
  if (method !== undefined && typeof method !== 'string') return false
  return signal === undefined || (typeof signal === 'object' && signal instanceof AbortSignal)
}

/** What fetch reads of its second argument; those are looked up by name where it may have them by inheritance. */
const MEMBERS = [
  ...([
    'body',
    'cache',
    'credentials',
    'dispatcher',
    'duplex',
    'headers',
    'integrity',
    'keepalive',
    'method',
    'mode',
  ] as const),
  ...(['priority', 'redirect', 'referrer', 'referrerPolicy', 'signal', 'window'] as const),
]

/** A copy that the caller can no longer change. */
function ownCopy(init: object): RequestInit {
  const prototype: unknown = Object.getPrototypeOf(init)
  if (prototype === Object.prototype || prototype === null) return { ...init }
  const copy: Record<string, unknown> = {}
  for (const name of MEMBERS) {
    const value: unknown = Reflect.get(init, name)
    if (value !== undefined) copy[name] = value
  }
  return copy
}
