import type { RequestFacts } from '@holdfast/http'
import type { Dispatcher } from 'undici'
import { headerOf, ownHeaders } from './headers.ts'

/** A request as it was given to the dispatcher, read as policies need it. */
export class StatedRequest implements RequestFacts {
  readonly options: Dispatcher.DispatchOptions
  private readonly origin: string

  constructor(options: Dispatcher.DispatchOptions, origin: string) {
    this.options = options
    this.origin = origin
  }

  get method(): string {
    return this.options.method
  }

  /** With the address of the dispatcher, where the request names none. */
  get url(): URL {
    return new URL(this.options.path, URL.canParse(this.origin) ? this.origin : 'http://localhost')
  }

  header(name: string): string | null {
    return headerOf(this.options.headers, name.toLowerCase())
  }
}

/** A copy for later attempts, which the caller can no longer change. */
export function lasting(options: Dispatcher.DispatchOptions): Dispatcher.DispatchOptions {
  const headers = ownHeaders(options.headers) as Dispatcher.DispatchOptions['headers']
  return headers === undefined ? { ...options } : { ...options, headers }
}

/**
 * Whether a request is none to be repeated or judged: a tunnel, a protocol of its own, or nothing that undici would take, of which
 * undici itself says what it is.
 */
export function passesThrough(options: unknown, handler: unknown): boolean {
  if (typeof options !== 'object' || options === null) return true
  if (typeof handler !== 'object' || handler === null) return true
  const { method, path, upgrade } = options as Partial<Dispatcher.DispatchOptions>
  if (typeof method !== 'string' || typeof path !== 'string' || method === 'CONNECT' || upgrade) return true
  return !('onRequestStart' in handler) || typeof handler.onRequestStart !== 'function'
}
