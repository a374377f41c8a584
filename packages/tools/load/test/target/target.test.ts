import { describe, expect, it } from 'vitest'
import { isThisMachine } from '../../src/target/host.ts'
import { lifeline } from '../../src/target/lifeline.ts'
import { type RunTargetOptions, resolveTarget } from '../../src/target/options.ts'

describe('this machine', () => {
  it.each(['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.9.9.9', '[::1]', '::1', '0.0.0.0', '[::]'])(
    'is %s',
    (host) => {
      expect(isThisMachine(host)).toBe(true)
    },
  )

  it.each(['example.com', 'localhost.example.com', '10.0.0.1', '0.0.0.1', '[::2]', '127.0.0.1.example.com', ''])(
    'is not %j',
    (host) => {
      expect(isThisMachine(host)).toBe(false)
    },
  )
})

describe('a server counts as gone', () => {
  it('after three seconds without an answer in which ten requests failed', () => {
    const { isCut } = lifeline()
    expect([isCut(0, 5, 0), isCut(2_999, 5, 50), isCut(3_000, 5, 50)]).toEqual([false, false, true])
  })

  it('not while anything is answered, nor when next to nothing was asked', () => {
    const { isCut } = lifeline()
    expect([isCut(0, 5, 0), isCut(2_500, 6, 50), isCut(5_000, 6, 100), isCut(5_500, 6, 110)]).toEqual([
      false,
      false,
      false,
      true,
    ])
    const rare = lifeline()
    expect([rare.isCut(0, 1, 0), rare.isCut(9_000, 1, 9)]).toEqual([false, false])
  })
})

describe('a target', () => {
  const load = { rate: 10, duration: 1_000 }
  it('is a URL of this machine, with what is not said', () => {
    expect(resolveTarget('http://127.0.0.1:3000/a?b#c', load)).toMatchObject({
      url: 'http://127.0.0.1:3000/a?b',
      load: { rate: 10, duration: 1_000, together: 1, mix: [], connections: 100, timeout: 10_000, warmup: 1_000 },
      method: 'GET',
      verdicts: [],
      keepGoing: false,
    })
  })

  it('is sent the secret of its URL, which is not shown', () => {
    expect(resolveTarget('http://me:p%40ss@127.0.0.1:3000/', load)).toMatchObject({
      url: 'http://127.0.0.1:3000/',
      headers: { authorization: `Basic ${btoa('me:p@ss')}` },
    })
  })

  it('is elsewhere when that is allowed', () => {
    expect(resolveTarget('https://example.com', { ...load, allowRemote: true }).url).toBe('https://example.com/')
  })

  it.each<[string, unknown, unknown, string]>([
    ['word', 'nowhere', load, "url must be an http: or https: URL, got 'nowhere'"],
    ['protocol', 'ftp://127.0.0.1/', load, "url must be an http: or https: URL, got 'ftp://127.0.0.1/'"],
    ['kind', 5, load, 'url must be an http: or https: URL, got 5'],
    [
      'host',
      'http://example.com',
      load,
      'url must be one of this machine, unless allowRemote says that you may load another',
    ],
    ['options', 'http://[::1]', undefined, 'options must be an object, got undefined'],
    ['rate', 'http://[::1]', { duration: 1 }, 'load.rate must be a number of requests a second above 0'],
    ['zero rate', 'http://[::1]', { ...load, rate: 0 }, 'load.rate must be'],
    ['duration', 'http://[::1]', { ...load, duration: 0 }, 'load.duration must be'],
    [
      'duration for nothing',
      'http://[::1]',
      { ...load, duration: 50 },
      'load.duration must be long enough for one request',
    ],
    [
      'connections',
      'http://[::1]',
      { ...load, connections: 0 },
      'load.connections must be an integer from 1 up, got 0',
    ],
    ['too many connections', 'http://[::1]', { ...load, connections: 1e6 }, 'load.connections must be at most 10,000'],
    ['timeout', 'http://[::1]', { ...load, timeout: 0 }, 'load.timeout must be'],
    ['warmup', 'http://[::1]', { ...load, warmup: -1 }, 'load.warmup must be'],
    ['expect', 'http://[::1]', { ...load, expect: 'p99 < 5ms' }, 'expect must be an array of strings'],
    ['expectation', 'http://[::1]', { ...load, expect: ['p99 < 5'] }, "'p99 < 5' cannot be expected"],
    ['method', 'http://[::1]', { ...load, method: 'HEAD' }, 'method must be one of'],
    ['headers', 'http://[::1]', { ...load, headers: 'a: b' }, 'headers must be an object'],
    ['body', 'http://[::1]', { ...load, body: {} }, 'body must be a string'],
    ['allowRemote', 'http://[::1]', { ...load, allowRemote: 'yes' }, 'allowRemote must be true or false'],
    ['keepGoing', 'http://[::1]', { ...load, keepGoing: 1 }, 'keepGoing must be true or false'],
  ])('with a wrong %s says so', (_, url, options, message) => {
    expect(() => resolveTarget(url as string, options as RunTargetOptions)).toThrow(message)
  })
})
