import { pipeline } from '@holdfast/core'
import { failure } from '@holdfast/testing/upstream'
import { describe, expect, it } from 'vitest'
import { type FetchCallOptions, type ResilientFetchOptions, resilientFetch } from '../src/index.ts'

const ofRequests: [string, unknown, ErrorConstructor, string][] = [
  ['timeout', 0, RangeError, 'timeout must be a number of milliseconds above 0, or Infinity, got 0'],
  ['timeout', '1s', TypeError, "timeout must be a number of milliseconds above 0, or Infinity, got '1s'"],
  ['attemptTimeout', -1, RangeError, 'attemptTimeout must be a number of milliseconds above 0, or Infinity, got -1'],
  [
    'attemptTimeout',
    Number.NaN,
    RangeError,
    'attemptTimeout must be a number of milliseconds above 0, or Infinity, got NaN',
  ],
  ['maxAttempts', 0, RangeError, 'maxAttempts must be an integer from 1 up, got 0'],
  ['maxAttempts', '3', TypeError, "maxAttempts must be an integer from 1 up, got '3'"],
  ['maxExtraLoad', 1.1, RangeError, 'maxExtraLoad must be a number from 0 to 1, got 1.1'],
  ['maxExtraLoad', true, TypeError, 'maxExtraLoad must be a number from 0 to 1, got true'],
  ['idempotent', 'yes', TypeError, "idempotent must be true, false or a function, got 'yes'"],
  [
    'idempotencyKey',
    '',
    RangeError,
    "idempotencyKey must be true, false, a function, or text of visible ASCII characters, got ''",
  ],
  [
    'idempotencyKey',
    7,
    TypeError,
    'idempotencyKey must be true, false, a function, or text of visible ASCII characters, got 7',
  ],
  ['deadlineHeader', 'no way', RangeError, "deadlineHeader must be true, false or the name of a header, got 'no way'"],
  ['deadlineHeader', 1, TypeError, 'deadlineHeader must be true, false or the name of a header, got 1'],
  ['attemptHeader', '', RangeError, "attemptHeader must be true, false or the name of a header, got ''"],
  ['classify', {}, TypeError, 'classify must be a function, got {}'],
]

describe('the options of a fetch', () => {
  it.each<[string, unknown, ErrorConstructor, string]>([
    ...ofRequests,
    ['breaker', true, TypeError, 'breaker must be an object, got true'],
    ['breaker', { minCalls: 0 }, RangeError, 'minCalls must be an integer from 1 up, got 0'],
    ['budget', 5, TypeError, 'budget must be an object, got 5'],
    ['budget', { ratio: -1 }, RangeError, 'ratio must be'],
    ['limit', 0, RangeError, 'limit must be an integer from 1 up, got 0'],
    ['limit', 'ten', TypeError, "limit must be an object, got 'ten'"],
    ['limit', {}, TypeError, 'maxConcurrent must be'],
    ['backoff', 100, TypeError, 'backoff must be a function, got 100'],
    ['maxWait', 0, RangeError, 'maxWait must be'],
    ['policy', {}, TypeError, 'policy must be an object with layer(), execute(), got {}'],
    ['fetch', 'node', TypeError, "fetch must be a function, got 'node'"],
    ['key', 'origin', TypeError, "key must be a function, got 'origin'"],
    ['maxKeys', 0, RangeError, 'maxKeys must be an integer from 1 up, got 0'],
    ['name', '', RangeError, "name must be a string with at least one character, got ''"],
    ['onEvent', 7, TypeError, 'onEvent must be a function, got 7'],
    ['clock', {}, TypeError, 'clock must be an object with'],
    ['random', 0.5, TypeError, 'random must be a function, got 0.5'],
  ])('refuse %s: %o', (option, value, kind, message) => {
    const make = () => resilientFetch({ [option]: value } as ResilientFetchOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it.each([null, 5, 'fast', []])('refuse %o in place of an object', (options) => {
    expect(() => resilientFetch(options as ResilientFetchOptions)).toThrow(TypeError)
  })

  it.each(['attemptTimeout', 'maxAttempts', 'maxExtraLoad', 'breaker', 'budget', 'limit', 'backoff', 'maxWait'])(
    'refuse %s beside a policy, where it would mean nothing',
    (option) => {
      const options = { policy: pipeline(), [option]: 1 } as ResilientFetchOptions
      expect(() => resilientFetch(options)).toThrow(`${option} must be absent where policy is given, got 1`)
    },
  )

  it('take undefined for the default', () => {
    const names = [
      'breaker',
      'budget',
      'limit',
      'policy',
      'fetch',
      'key',
      'maxKeys',
      'name',
      'onEvent',
      'clock',
      'random',
    ]
    const all = [...names, ...ofRequests.map(([name]) => name), 'backoff', 'maxWait']
    expect(resilientFetch(Object.fromEntries(all.map((name) => [name, undefined])))).toBeTypeOf('function')
  })

  it('are neither kept nor changed', async () => {
    const options = Object.freeze({
      maxAttempts: 1,
      breaker: Object.freeze({ consecutive: 1 }),
      budget: Object.freeze({}),
    })
    const [one, other] = [resilientFetch(options), resilientFetch(options)]
    expect(one.breaker).not.toBe(other.breaker)
  })
})

describe('the options of one request', () => {
  const client = resilientFetch({ fetch: async () => new Response() })

  it.each(ofRequests)('refuse %s: %o', async (option, value, kind, message) => {
    const error = await failure(client('http://example.com', {}, { [option]: value } as FetchCallOptions))
    expect(error).toBeInstanceOf(kind)
    expect(String(error)).toContain(message)
  })

  it.each<[string, ResilientFetchOptions, RegExp]>([
    ['key', { key: () => 7 as unknown as string }, /what key returns must be a string, got 7/],
    [
      'idempotent',
      { idempotent: () => 1 as unknown as boolean },
      /what idempotent returns must be true or false, got 1/,
    ],
    [
      'idempotencyKey',
      { idempotencyKey: () => null as unknown as string },
      /what idempotencyKey returns must be text of visible ASCII characters/,
    ],
  ])('end with an error that names %s where that function gives nonsense', async (_, options, message) => {
    const asked = resilientFetch({ fetch: async () => new Response(), ...options })
    expect(String(await failure(asked('http://example.com', { method: 'POST' })))).toMatch(message)
  })

  it.each(['key', 'idempotent', 'idempotencyKey', 'classify', 'budget'])('end with what %s throws', async (option) => {
    const thrown = new Error('boom')
    const broken = () => {
      throw thrown
    }
    const make = async () => {
      const asked = resilientFetch({ fetch: async () => new Response(), [option]: broken })
      return asked('http://example.com', { method: 'POST' })
    }
    expect(await failure(make())).toBe(thrown)
  })
})
