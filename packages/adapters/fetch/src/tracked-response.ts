import type { CallNode } from '@holdfast/core'
import { type BodyEnd, branchesOf } from './body-end.ts'
import { BodyHold } from './body-hold.ts'
import { Stamp } from './stamp.ts'
import { trackStream } from './tracked-stream.ts'

const tracking = new WeakMap<object, object>()

/** The methods that read a body whole. */
const READERS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const

/**
 * Holds `call` until the body of `response` was read, cancelled or broken off. The response stays the one that fetch made; only the
 * ways to its body are overlaid.
 */
export function trackResponse(response: Response, call: CallNode): void {
  if (typeof response !== 'object' || response === null || !hasBody(response)) return
  if (call.aborted) {
    // Nobody gets it any more, or its signal has torn it down.
    response.body?.cancel().catch(() => {})
    return
  }
  overlay(response, new BodyHold(call))
}

/** A body of no bytes ends by itself, whether or not it is read. */
function hasBody(response: Response): boolean {
  return response.body instanceof ReadableStream && response.headers?.get('content-length') !== '0'
}

function overlay(response: Response, end: BodyEnd): void {
  const prototype: object = Object.getPrototypeOf(response)
  let overlaid = tracking.get(prototype)
  if (overlaid === undefined) {
    overlaid = overlayOn(prototype as Response)
    tracking.set(prototype, overlaid)
  }
  if (Reflect.setPrototypeOf(response, overlaid)) Stamp.put(response, end)
  else end.cancelled()
}

function overlayOn(plain: Response): object {
  const overlaid: object = Object.create(plain)
  for (const name of READERS) {
    const read: unknown = Reflect.get(plain, name, Response.prototype)
    if (typeof read !== 'function') continue
    Object.defineProperty(overlaid, name, {
      configurable: true,
      writable: true,
      value(this: Response, ...args: unknown[]) {
        const reading: Promise<unknown> = Reflect.apply(read, this, args)
        const end = () => Stamp.of(this)?.end()
        reading.then(end, end)
        return reading
      },
    })
  }
  Object.defineProperty(overlaid, 'clone', {
    configurable: true,
    writable: true,
    value(this: Response) {
      const copy = Reflect.apply(plain.clone, this, [])
      const end = Stamp.of(this)
      if (end === undefined) return copy
      const [own, its] = branchesOf(end)
      Stamp.put(this, own)
      overlay(copy, its)
      return copy
    },
  })
  Object.defineProperty(overlaid, 'body', {
    configurable: true,
    get(this: Response) {
      const body: ReadableStream<Uint8Array> | null = Reflect.get(plain, 'body', this)
      const end = Stamp.of(this)
      if (body !== null && end !== undefined) trackStream(body, end)
      return body
    },
  })
  return overlaid
}
