/**
 * What is known of a request that failed without a response. `'not-sent'`: no byte of it reached the server's application, so
 * that any request may be repeated. `'broken'`: how far it came is unknown, so that only an idempotent one may. `'permanent'`:
 * the connection will fail the same way again (a certificate). `'unsendable'`: the request itself is at fault.
 */
export type NetworkFailure = 'not-sent' | 'broken' | 'permanent' | 'unsendable'

/** Refused, unreachable or not found while connecting. They can come later, too, of a route that went down meanwhile. */
const WHILE_CONNECTING: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ETIMEDOUT',
])

const NOT_SENT: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNREFUSED',
  'EMFILE',
  'ENOTFOUND',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
  'UND_ERR_CONNECT_TIMEOUT',
])

const BROKEN: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'ECONNABORTED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'EPIPE',
  'EPROTO',
  'ERR_HTTP2_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_INFO',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
])

/** Ways of saying that a server's certificate is not to be trusted. */
const CERTIFICATE =
  /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/

/** The request is at fault, or this side has given it up. */
const UNSENDABLE =
  /^(?:ERR_INVALID_|ERR_METHOD_|ERR_HTTP2_INVALID_|UND_(?:ERR_(?:ABORTED|CLOSED|DESTROYED|INVALID_|NOT_SUPPORTED|REQ_|MAX_ORIGINS_)|MOCK_ERR_))/

/** What fetch gives up by itself has no code. */
const GIVEN_UP = /redirect|bad port|unknown scheme|HTTP\(S\) scheme|not implemented|invalid url/i

/** fetch and its kin reject with a TypeError for the network, and for wrong arguments as well. */
const OF_NETWORK = /fetch failed|failed to fetch|network|connection|terminated/i

/** So many causes are looked into, and so many errors of an AggregateError. */
const DEEPEST = 8

/**
 * What kind of failure an error of a client is: undici's, Node's, or fetch's around them. `undefined` where it is none that is
 * known.
 */
export function networkFailure(error: unknown): NetworkFailure | undefined {
  let found: unknown = error
  try {
    for (let depth = 0; depth < DEEPEST && isObject(found); depth++) {
      const kind = kindOf(found)
      if (kind !== undefined) return kind
      const { cause } = found
      if (cause === undefined || cause === null) return withoutCode(found, depth)
      found = cause
    }
  } catch {
    // An error that lets nobody look.
  }
  return undefined
}

interface Looked {
  readonly code?: unknown
  readonly message?: unknown
  readonly syscall?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

function isObject(value: unknown): value is Looked {
  return typeof value === 'object' && value !== null
}

function kindOf(error: Looked): NetworkFailure | undefined {
  const { code } = error
  if (typeof code !== 'string') return undefined
  if (NOT_SENT.has(code) || saysNotSent(code, error)) return 'not-sent'
  if (WHILE_CONNECTING.has(code) && isOfConnect(error)) return 'not-sent'
  if (BROKEN.has(code) || code.startsWith('HPE_')) return 'broken'
  if (CERTIFICATE.test(code)) return 'permanent'
  return UNSENDABLE.test(code) ? 'unsendable' : undefined
}

/** What undici makes, by the code of an abort, of a proxy that opens no tunnel for now. */
const NO_TUNNEL = /^Proxy response \((?:408|429|5\d\d)\)/

/**
 * A server says over HTTP/2 that it has not looked at the request; a connection was lost before it was secure; a proxy has not made
 * one.
 */
function saysNotSent(code: string, { message }: Looked): boolean {
  if (typeof message !== 'string') return false
  if (code === 'UND_ERR_ABORTED') return NO_TUNNEL.test(message)
  return code.startsWith('ERR_HTTP2_')
    ? message.includes('NGHTTP2_REFUSED_STREAM')
    : code === 'ECONNRESET' && message.includes('before secure TLS connection')
}

/** Several addresses were tried: it is enough to look at one of those that say what they were doing. */
function isOfConnect({ syscall, errors }: Looked): boolean {
  if (syscall !== undefined || !Array.isArray(errors)) return syscall === 'connect'
  return errors.length > 0 && errors.slice(0, DEEPEST).every((one) => isObject(one) && one.syscall === 'connect')
}

/** The innermost error, and it has no code that is known. */
function withoutCode(error: Looked, depth: number): NetworkFailure | undefined {
  const { message, code } = error
  if (typeof code === 'string' || typeof message !== 'string') return undefined
  const ofFetch = depth > 0 || error instanceof TypeError
  if (ofFetch && GIVEN_UP.test(message)) return 'unsendable'
  if (OF_NETWORK.test(message)) return 'broken'
  return ofFetch && depth === 0 ? 'unsendable' : undefined
}
