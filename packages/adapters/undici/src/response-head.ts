import type { Dispatcher } from 'undici'

/** The status and the headers of a response: what an attempt came to, for a `classify` or a policy of your own. */
export interface ResponseHead {
  readonly statusCode: number
  readonly statusText: string | undefined
  readonly headers: ResponseHeaders
}

/** Names are in lower case. */
export type ResponseHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]
