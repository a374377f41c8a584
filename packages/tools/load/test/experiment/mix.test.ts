import { describe, expect, it } from 'vitest'
import { resolveMix } from '../../src/experiment/mix.ts'

const plain = { share: 1, path: undefined, method: undefined, headers: {}, body: undefined }

describe('a mix of requests', () => {
  it('is none when nothing is said', () => {
    expect(resolveMix('mix', undefined)).toEqual([])
  })

  it('has its kinds in order, as often as each other unless they say how often', () => {
    expect(resolveMix('mix', { reads: { share: 9 }, writes: { method: 'POST', body: 'x' }, none: {} })).toEqual([
      { ...plain, name: 'reads', share: 9 },
      { ...plain, name: 'writes', method: 'POST', body: 'x' },
      { ...plain, name: 'none' },
    ])
  })

  it('keeps nothing of its options', () => {
    const headers = { accept: 'text/plain' }
    const [kind] = resolveMix('mix', { one: { headers } })
    headers.accept = '*/*'
    expect(kind?.headers).toEqual({ accept: 'text/plain' })
  })

  it.each<[string, unknown, string]>([
    ['mix', 5, 'load.mix must be an object, got 5'],
    ['lack of kinds', {}, 'load.mix must be an object with 1 to 100 kinds of requests, got {}'],
    ['kind', { a: 5 }, 'load.mix.a must be an object, got 5'],
    ['share', { a: { share: 0 } }, 'load.mix.a.share must be a number above 0, got 0'],
    ['kind of share', { a: { share: '1' } }, "load.mix.a.share must be a number above 0, got '1'"],
    ['path', { a: { path: 'x' } }, "load.mix.a.path must be a path that begins with a slash, got 'x'"],
    ['path of a host', { a: { path: '//x/y' } }, 'load.mix.a.path must be a path that begins with a slash'],
    ['kind of path', { a: { path: 5 } }, 'load.mix.a.path must be a string, got 5'],
    ['method', { a: { method: 'TRACE' } }, "load.mix.a.method must be one of 'GET', 'POST'"],
    ['headers', { a: { headers: [] } }, 'load.mix.a.headers must be an object, got []'],
    ['body', { a: { body: 5 } }, 'load.mix.a.body must be a string, got 5'],
  ])('with a wrong %s says so', (_, mix, message) => {
    expect(() => resolveMix('load.mix', mix as never)).toThrow(message)
  })
})
