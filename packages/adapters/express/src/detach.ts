import type { Response } from 'express'

const detached = new WeakSet<Response>()

/** Whether `res` was answered for its handler, by {@link detach}. */
export function isDetached(res: Response): boolean {
  return detached.has(res)
}

/**
 * Cuts `res`, which was answered, off from those who still hold it: whatever a handler that comes too late does with it goes
 * nowhere, as if it had gone out. Left as it is, it would throw ERR_HTTP_HEADERS_SENT at them; and to say that headers were sent
 * would make Express close the connection under the client, when the handler fails.
 */
export function detach(res: Response): void {
  if (detached.has(res)) return
  detached.add(res)
  const { statusCode, statusMessage } = res
  Object.defineProperties(res, {
    headersSent: { get: () => false, configurable: true },
    statusCode: fixed(statusCode),
    statusMessage: fixed(statusMessage),
    ...Object.fromEntries(CHAINED.map((name) => [name, method(() => res)])),
    ...Object.fromEntries(IGNORED.map((name) => [name, method(() => undefined)])),
    write: method((...given) => {
      tellSent(given)
      return true
    }),
    end: method((...given) => {
      tellSent(given)
      return res
    }),
  })
}

const CHAINED = ['setHeader', 'setHeaders', 'appendHeader', 'writeHead', 'destroy']
const IGNORED = [
  'addTrailers',
  'flushHeaders',
  'removeHeader',
  'writeContinue',
  'writeEarlyHints',
  'writeInformation',
  'writeProcessing',
]

function method(value: (...given: unknown[]) => unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true }
}

/** It went out so, and to set it anew is no mistake of the handler's. */
function fixed(value: unknown): PropertyDescriptor {
  return { get: () => value, set: () => {}, configurable: true }
}

function tellSent(given: readonly unknown[]): void {
  const sent = given.at(-1)
  if (typeof sent === 'function') process.nextTick(sent as () => void)
}
