import { pipeline } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { type ResilientDispatchOptions, resilience, resilientDispatch } from '../src/index.ts'
import { recorder } from './scripted.ts'

const ofRequests: [string, unknown, ErrorConstructor, string][] = [
  ['timeout', 0, RangeError, 'timeout must be a number of milliseconds above 0, or Infinity, got 0'],
  ['timeout', '1s', TypeError, "timeout must be a number of milliseconds above 0, or Infinity, got '1s'"],
  ['attemptTimeout', -1, RangeError, 'attemptTimeout must be a number of milliseconds above 0, or Infinity, got -1'],
  ['maxAttempts', 0, RangeError, 'maxAttempts must be an integer from 1 up, got 0'],
  ['maxExtraLoad', 1.1, RangeError, 'maxExtraLoad must be a number from 0 to 1, got 1.1'],
  ['idempotent', 'yes', TypeError, "idempotent must be true, false or a function, got 'yes'"],
  [
    'idempotencyKey',
    '',
    RangeError,
    "idempotencyKey must be true, false, a function, or text of visible ASCII characters, got ''",
  ],
  ['deadlineHeader', 'no way', RangeError, "deadlineHeader must be true, false or the name of a header, got 'no way'"],
  ['attemptHeader', 1, TypeError, 'attemptHeader must be true, false or the name of a header, got 1'],
  ['classify', {}, TypeError, 'classify must be a function, got {}'],
]

describe('the options of a dispatcher', () => {
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
    ['key', 'origin', TypeError, "key must be a function, got 'origin'"],
    ['maxKeys', 0, RangeError, 'maxKeys must be an integer from 1 up, got 0'],
    ['name', '', RangeError, "name must be a string with at least one character, got ''"],
    ['onEvent', 7, TypeError, 'onEvent must be a function, got 7'],
    ['clock', {}, TypeError, 'clock must be an object with'],
    ['random', 0.5, TypeError, 'random must be a function, got 0.5'],
  ])('refuse %s: %o', (option, value, kind, message) => {
    const make = () => resilientDispatch({ [option]: value } as ResilientDispatchOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it.each([null, 5, 'fast', []])('refuse %o in place of an object', (options) => {
    expect(() => resilientDispatch(options as ResilientDispatchOptions)).toThrow(TypeError)
  })

  it.each(['attemptTimeout', 'maxAttempts', 'maxExtraLoad', 'breaker', 'budget', 'limit', 'backoff', 'maxWait'])(
    'refuse %s beside a policy, where it would mean nothing',
    (option) => {
      const options = { policy: pipeline(), [option]: 1 } as ResilientDispatchOptions
      expect(() => resilientDispatch(options)).toThrow(`${option} must be absent where policy is given, got 1`)
    },
  )

  it('take undefined for the default', () => {
    const names = ['breaker', 'budget', 'limit', 'policy', 'key', 'maxKeys', 'name', 'onEvent', 'clock', 'random']
    const all = [...names, ...ofRequests.map(([name]) => name), 'backoff', 'maxWait']
    expect(resilientDispatch(Object.fromEntries(all.map((name) => [name, undefined])))).toBeTypeOf('function')
  })

  it('are neither kept nor changed', () => {
    const options = Object.freeze({
      maxAttempts: 1,
      breaker: Object.freeze({ consecutive: 1 }),
      budget: Object.freeze({}),
    })
    const first = resilientDispatch(options)
    const second = resilientDispatch(options)
    first.breaker?.isolate('http://example.com')
    expect(second.breaker?.state('http://example.com')).toBe('closed')
  })
})

it.each(ofRequests)('the options of one request refuse %s: %o', (option, value, kind, message) => {
  const handler = recorder()
  const stated = { origin: 'http://example.com', path: '/', method: 'GET', [resilience]: { [option]: value } }
  resilientDispatch()(() => true)(stated, handler)
  expect(handler.told).toEqual(['start', 'error'])
  expect(handler.errors[0]).toBeInstanceOf(kind)
  expect(String(handler.errors[0])).toContain(message)
})
