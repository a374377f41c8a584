/** What fetch takes as its first argument. */
export type FetchInput = string | URL | Request

/** Any implementation of fetch: the platform's, undici's, one of your own. */
export type FetchFunction = (input: FetchInput, init?: RequestInit) => Promise<Response>
