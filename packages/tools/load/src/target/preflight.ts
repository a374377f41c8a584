import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { LoadError } from '../errors.ts'

export interface Question {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** In ms. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
}

/** Asks once, so that a URL that leads nowhere is a sentence and not a report full of errors. Any status is an answer. */
export function preflight({ url, method, headers, body, timeout, signal }: Question): Promise<void> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    // As autocannon does, which loads servers with certificates of their own, too.
    const request = send(url, { method, headers, agent: false, rejectUnauthorized: false })
    const fail = (why: string, cause?: Error): void => {
      settle()
      reject(new LoadError('ERR_LOAD_TARGET', `${url} ${why}`, { cause }))
    }
    const onAbort = (): void => {
      settle()
      reject(signal?.reason)
    }
    const timer = setTimeout(() => fail(`gave no answer within ${timeout / 1_000} s`), timeout)
    function settle(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      request.destroy()
    }
    signal?.addEventListener('abort', onAbort)
    request.on('error', (error: NodeJS.ErrnoException) => fail(whatFailed(error), error))
    request.on('response', () => {
      settle()
      resolve()
    })
    request.end(body)
  })
}

function whatFailed({ code = '', message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refuses connections: is the server running, and is that its port?'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'has a host that cannot be found'
    case 'ECONNRESET':
      return 'closed the connection without an answer'
    default:
      return code.startsWith('HPE_') ? 'does not speak HTTP' : `cannot be reached: ${message}`
  }
}
