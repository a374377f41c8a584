import { describe, expect, it } from 'vitest'
import { networkFailure } from '../src/network-error.ts'

const coded = (code: string, members: object = {}, message = 'failed') =>
  Object.assign(new Error(message), { code }, members)
const fetchFailed = (cause?: unknown) => new TypeError('fetch failed', cause === undefined ? undefined : { cause })
const REFUSED = 'Stream closed with error code NGHTTP2_REFUSED_STREAM'

describe('networkFailure', () => {
  it.each<[string, unknown]>([
    ['a refused connection', coded('ECONNREFUSED', { syscall: 'connect' })],
    ['a name that is not found', coded('ENOTFOUND', { syscall: 'getaddrinfo' })],
    ['a host that is unreachable while connecting', coded('EHOSTUNREACH', { syscall: 'connect' })],
    ['a connect that took too long', coded('ETIMEDOUT', { syscall: 'connect' })],
    ["undici's connect timeout", coded('UND_ERR_CONNECT_TIMEOUT')],
    ['REFUSED_STREAM', coded('ERR_HTTP2_STREAM_ERROR', {}, REFUSED)],
    [
      'a proxy that opens no tunnel for now',
      coded('UND_ERR_ABORTED', {}, 'Proxy response (502) !== 200 when HTTP Tunneling'),
    ],
    ['a session that takes no more streams', coded('ERR_HTTP2_GOAWAY_SESSION')],
    [
      'a socket lost in the TLS handshake',
      coded('ECONNRESET', {}, 'Client network socket disconnected before secure TLS connection was established'),
    ],
    [
      'several addresses, all refused',
      Object.assign(new AggregateError([coded('ECONNREFUSED', { syscall: 'connect' })]), { code: 'ECONNREFUSED' }),
    ],
    [
      'several addresses, all out of time',
      Object.assign(new AggregateError([coded('ETIMEDOUT', { syscall: 'connect' })]), { code: 'ETIMEDOUT' }),
    ],
  ])('knows that nothing was sent: %s', (_, error) => {
    expect(networkFailure(error)).toBe('not-sent')
    expect(networkFailure(fetchFailed(error))).toBe('not-sent')
  })

  it.each<[string, unknown]>([
    ['a reset', coded('ECONNRESET', { syscall: 'read' })],
    ['a reset while the request was written', coded('EPIPE', { syscall: 'write' })],
    ['a socket that the other side closed', coded('UND_ERR_SOCKET', {}, 'other side closed')],
    ['no headers in time', coded('UND_ERR_HEADERS_TIMEOUT')],
    ['an answer that is no HTTP', coded('HPE_INVALID_CONSTANT')],
    ['a stream that was closed otherwise', coded('ERR_HTTP2_STREAM_ERROR', {}, 'NGHTTP2_INTERNAL_ERROR')],
    ['a route that went down meanwhile', coded('EHOSTUNREACH', { syscall: 'read' })],
    ['a time out that does not say of what', coded('ETIMEDOUT')],
    [
      'several errors, of which one came later',
      Object.assign(new AggregateError([coded('ETIMEDOUT', { syscall: 'read' })]), { code: 'ETIMEDOUT' }),
    ],
    ['several errors that are none', Object.assign(new AggregateError([undefined]), { code: 'ETIMEDOUT' })],
    ['no errors', Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' })],
  ])('knows that it broke on the way: %s', (_, error) => {
    expect(networkFailure(error)).toBe('broken')
    expect(networkFailure(fetchFailed(error))).toBe('broken')
  })

  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('knows that it fails the same way again: %s', (code) => {
    expect(networkFailure(fetchFailed(coded(code)))).toBe('permanent')
  })

  it.each<[string, unknown]>([
    ['no URL', new TypeError('Failed to parse URL from nowhere', { cause: coded('ERR_INVALID_URL') })],
    ['wrong arguments', new TypeError('Request with GET/HEAD method cannot have body.')],
    ["undici's own check", coded('UND_ERR_INVALID_ARG')],
    ['an abort', coded('UND_ERR_ABORTED', {}, 'Request aborted')],
    [
      'a proxy that wants to know who asks',
      coded('UND_ERR_ABORTED', {}, 'Proxy response (407) !== 200 when HTTP Tunneling'),
    ],
    ['a client that was closed', fetchFailed(coded('UND_ERR_CLOSED'))],
    ['a mock that has no answer', coded('UND_MOCK_ERR_MOCK_NOT_MATCHED')],
    ['a client that was destroyed', fetchFailed(coded('UND_ERR_DESTROYED'))],
    ['too many redirects', fetchFailed(new Error('redirect count exceeded'))],
    ['a redirect that was not wanted', fetchFailed(new Error('unexpected redirect'))],
    ['a port that fetch does not call', fetchFailed(new Error('bad port'))],
    ['a scheme that fetch does not know', fetchFailed(new Error('unknown scheme'))],
  ])('knows that the request is at fault: %s', (_, error) => {
    expect(networkFailure(error)).toBe('unsendable')
  })

  it.each(['fetch failed', 'Failed to fetch', 'network error', 'terminated'])(
    'takes "%s" for the network',
    (message) => {
      expect(networkFailure(new TypeError(message))).toBe('broken')
    },
  )

  it.each<[string, unknown]>([
    ['an error of the user', new Error('boom')],
    ['one that only sounds like a redirect', new Error('redirect count exceeded')],
    ['a code that is not known', coded('E_MINE')],
    ['an unknown code behind fetch', fetchFailed(coded('E_MINE'))],
    ['an unknown error behind fetch', fetchFailed(new Error('boom'))],
    ['a code that is a number', Object.assign(new Error('boom'), { code: 20 })],
    ['undefined', undefined],
    ['null', null],
    ['a text', 'ECONNRESET'],
    ['a function', () => {}],
    [
      'a proxy that lets nobody look',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no')
          },
        },
      ),
    ],
  ])('does not know %s', (_, error) => {
    expect(networkFailure(error)).toBeUndefined()
  })

  it('does not go round in circles of causes', () => {
    const error: { cause?: unknown } = {}
    error.cause = error
    expect(networkFailure(error)).toBeUndefined()
  })
})
