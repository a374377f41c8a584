import { networkFailure } from '@holdfast/http'

/** What undici says when a request is aborted and nobody says why. */
function requestAborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError', code: 'UND_ERR_ABORTED' })
}

/** The error for a handler: what is no reason would be no error for it, and a response to nobody. */
export function errorFor(reason: unknown): Error {
  return (reason || requestAborted()) as Error
}

/** Whether a server says over HTTP/2, of a request that went out, that it has not looked at it. */
export function isRefusedStream(error: unknown): boolean {
  if (networkFailure(error) !== 'not-sent' || !(error instanceof Error) || !('code' in error)) return false
  return String(error.code).startsWith('ERR_HTTP2_')
}
