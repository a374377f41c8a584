/** Whether a body can be sent twice: streams and iterators cannot, whose bytes are gone once they were read. */
export function isReplayable(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return true
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer || body instanceof Blob) return true
  return Reflect.get(body, Symbol.toStringTag) === 'FormData' || Array.isArray(body)
}
