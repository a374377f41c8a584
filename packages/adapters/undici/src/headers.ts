import type { Dispatcher } from 'undici'

/** The headers of a request, in any of the forms that undici takes. */
export type RequestHeaders = Dispatcher.DispatchOptions['headers']

/** Names and values in turn, or values by name: the forms that can be read again. */
type OwnHeaders = unknown[] | Record<string, unknown>

/** The same headers, which the caller can no longer change, and which can be read more than once. */
export function ownHeaders(headers: RequestHeaders): OwnHeaders | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  if (Array.isArray(headers)) return [...headers]
  return isPairs(headers) ? [...headers].flat() : { ...headers }
}

/** The first value of a header; `null` where there is none. `name` is in lower case. */
export function headerOf(headers: RequestHeaders, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null
  if (Array.isArray(headers)) {
    for (let i = 0; i + 1 < headers.length; i += 2) if (isNamed(headers[i], name)) return text(headers[i + 1])
    return null
  }
  for (const [key, value] of isPairs(headers) ? headers : Object.entries(headers)) {
    if (isNamed(key, name)) return text(value)
  }
  return null
}

/** `headers` with one more, which takes the place of others of its name. */
export function withHeader(headers: OwnHeaders | undefined, name: string, value: string): OwnHeaders {
  const lower = name.toLowerCase()
  if (!Array.isArray(headers)) {
    const others = Object.entries(headers ?? {}).filter(([key]) => !isNamed(key, lower))
    return { ...Object.fromEntries(others), [name]: value }
  }
  const others: unknown[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (!isNamed(headers[i], lower)) others.push(headers[i], headers[i + 1])
  }
  others.push(name, value)
  return others
}

function isPairs(headers: object): headers is Iterable<[string, unknown]> {
  return Symbol.iterator in headers && typeof headers[Symbol.iterator] === 'function'
}

function isNamed(key: unknown, name: string): boolean {
  return String(key).toLowerCase() === name
}

function text(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return first === undefined || first === null ? null : String(first)
}
