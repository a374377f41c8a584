import { subscribe } from 'node:diagnostics_channel'

/** So many paths are remembered; of what came before it is assumed that it was any of them. */
const MOST_PATHS = 1_000

/** What undici, and with it the platform's fetch, tells of the head of every response. */
interface Told {
  readonly request?: { readonly path?: unknown }
  readonly response?: { readonly statusCode?: unknown }
}

/** The number of the last redirect of each path. */
const last = new Map<string, number>()
let seen = 0
let forgotten = 0
let listening = false

/**
 * How many redirects there have been. fetch does not say that it has followed some, so they are counted from the first time
 * that this is asked.
 */
export function redirectsSeen(): number {
  if (!listening) {
    listening = true
    subscribe('undici:request:headers', note)
  }
  return seen
}

/**
 * Whether a request to `url` may have been redirected, after so many redirects. It goes by the path: the origin can be another one on
 * the wire, behind a resolver or a proxy.
 */
export function wasRedirected(url: URL, since: number): boolean {
  return (last.get(url.pathname + url.search) ?? forgotten) > since
}

function note(message: unknown): void {
  const { request, response } = message as Told
  const status = response?.statusCode
  if (typeof status !== 'number' || status < 300 || status > 399 || status === 304) return
  const path = pathOf(String(request?.path))
  last.delete(path)
  last.set(path, ++seen)
  if (last.size <= MOST_PATHS) return
  const [oldest] = last
  if (oldest === undefined) return
  last.delete(oldest[0])
  forgotten = oldest[1]
}

/** Without an origin, which a proxy is told, and without an empty query. */
function pathOf(told: string): string {
  const path = told.startsWith('/') || !URL.canParse(told) ? told : pathAndQuery(new URL(told))
  return path.endsWith('?') ? path.slice(0, -1) : path
}

function pathAndQuery({ pathname, search }: URL): string {
  return pathname + search
}
