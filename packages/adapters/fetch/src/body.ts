/** The body of a request as fetch takes it. */
export type Body = RequestInit['body']

/** Whether a body can be sent twice: all but streams can, whose bytes are gone once they were read. */
export function isReplayable(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return true
  return !(Symbol.asyncIterator in body) && !(body instanceof ReadableStream)
}

/** The same body, which the caller can no longer change while attempts are to come. */
export function ownBody(body: Body): Body {
  if (typeof body !== 'object' || body === null) return body
  if (body instanceof URLSearchParams) return new URLSearchParams(body)
  if (ArrayBuffer.isView(body)) {
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()
  }
  if (body instanceof ArrayBuffer) return body.slice(0)
  return isFormData(body) ? sameForm(body) : body
}

/** The platform's or any package's: each takes its own kind only. */
function isFormData(body: object): body is FormData {
  return Reflect.get(body, Symbol.toStringTag) === 'FormData' && 'append' in body
}

function sameForm(form: FormData): FormData {
  const copy = Reflect.construct(form.constructor, []) as FormData
  for (const [name, value] of form) copy.append(name, value)
  return copy
}

/**
 * Whether the body of a `Request` can be sent twice. What it was made of, the platform does not tell. But it reads strings, bytes,
 * blobs and forms as byte streams, and nearly every stream that somebody made is none; a body of unknown make that is one
 * can be kept by cloning the request.
 */
export function isReplayableRequest({ body }: Request): boolean {
  if (body === null || body === undefined) return true
  try {
    body.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

/** The same headers, which the caller can no longer change. Those of any implementation are read by all as pairs. */
export function ownHeaders(headers: RequestInit['headers']): RequestInit['headers'] {
  if (typeof headers !== 'object' || headers === null) return headers
  if (Symbol.iterator in headers) return [...headers] as [string, string][]
  return { ...headers }
}
