import { describe, expect, it } from 'vitest'
import {
  idempotencyKeyFor,
  isRepeatable,
  type RequestFacts,
  type RequestOptions,
  resolveRequestOptions,
} from '../src/index.ts'

function request(method: string, headers: Record<string, string> = {}): RequestFacts {
  return { method, url: new URL('http://example.com/a'), header: (name) => headers[name.toLowerCase()] ?? null }
}

const said = (options: RequestOptions) => resolveRequestOptions(options, false)

describe('isRepeatable', () => {
  it.each<[string, RequestFacts, RequestOptions, boolean]>([
    ['a GET', request('GET'), {}, true],
    ['a POST', request('POST'), {}, false],
    ['a POST with a key', request('POST', { 'idempotency-key': 'a' }), {}, true],
    ['a POST that is given a key', request('POST'), { idempotencyKey: true }, true],
    ['a POST of which it is said', request('POST'), { idempotent: true }, true],
    [
      'a POST that is given a key, of which it is denied',
      request('POST'),
      { idempotent: false, idempotencyKey: 'a' },
      false,
    ],
    [
      'a POST with a key, of which it is denied',
      request('POST', { 'idempotency-key': 'a' }),
      { idempotent: false },
      false,
    ],
    [
      'a PUT that is given a key, of which a function denies it',
      request('PUT'),
      { idempotent: () => false, idempotencyKey: true },
      false,
    ],
    ['a GET of which it is denied', request('GET'), { idempotent: false }, false],
    ['a GET of which a function denies it', request('GET'), { idempotent: ({ url }) => url.pathname !== '/a' }, false],
  ])('%s', (_, facts, options, expected) => {
    expect(isRepeatable(facts, said(options))).toBe(expected)
  })

  it('names the function that answers nonsense', () => {
    const nonsense = said({ idempotent: () => 'yes' as never })
    expect(() => isRepeatable(request('GET'), nonsense)).toThrow(
      "what idempotent returns must be true or false, got 'yes'",
    )
  })
})

describe('idempotencyKeyFor', () => {
  it.each<[RequestOptions['idempotencyKey'], Record<string, string>, string | undefined]>([
    [false, {}, undefined],
    [true, {}, 'made'],
    ['stated', {}, 'stated'],
    [() => 'told', {}, 'told'],
    [true, { 'idempotency-key': 'there' }, undefined],
  ])('of %o beside %o', (idempotencyKey, headers, expected) => {
    expect(idempotencyKeyFor(request('POST', headers), said({ idempotencyKey }), () => 'made')).toBe(expected)
  })

  it.each<[unknown, string]>([
    [7, '7'],
    ['', "''"],
    ['a\r\nx-admin: 1', "'a\\r\\nx-admin: 1'"],
    [' a', "' a'"],
    ['Bestellung-ä', "'Bestellung-ä'"],
  ])('names the function that answers %o, which no header can carry', (answer, told) => {
    const nonsense = said({ idempotencyKey: () => answer as never })
    const key = () => idempotencyKeyFor(request('POST'), nonsense, () => 'made')
    expect(key).toThrow(`what idempotencyKey returns must be text of visible ASCII characters, got ${told}`)
  })
})
