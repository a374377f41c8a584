import { exponential } from '@holdfast/backoff'
import { systemClock, systemRandom } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { type CircuitBreakerOptions, circuitBreaker } from '../src/index.ts'
import { resolveConduct, resolveOptions } from '../src/options.ts'
import { boom, errorOf, fail, thrownBy } from './fixture.ts'

const rates = 'a number above 0 and up to 1'
const counts = 'an integer from 1 up'
const durations = 'a number of milliseconds above 0'
const limits = 'a number of milliseconds above 0, or Infinity'
const texts = 'a string with at least one character'
const callCounts = 'an integer from 1 to 1000000'

const names = [
  'failureRate',
  'minCalls',
  'window',
  'consecutive',
  'slowCall',
  'rules',
  'openFor',
  'probes',
  'probeTimeout',
  'mode',
  'key',
  'maxKeys',
  'name',
  'onEvent',
  'clock',
  'random',
] as const

describe('the options', () => {
  it('have their defaults where nothing, or undefined, is said', () => {
    const nothing = Object.fromEntries(names.map((name) => [name, undefined]))
    for (const options of [{}, nothing]) {
      expect(resolveOptions(options)).toEqual({
        key: expect.any(Function),
        maxKeys: 1_000,
        name: 'circuit-breaker',
        onEvent: undefined,
        clock: systemClock,
        random: systemRandom,
      })
      expect(resolveConduct(options)).toEqual({
        failureRate: 0.5,
        minCalls: 20,
        window: 10_000,
        consecutive: undefined,
        slowCall: undefined,
        rules: [],
        openFor: expect.any(Function),
        probes: 1,
        probeTimeout: 30_000,
        mode: 'enforce',
      })
    }
    expect(() => circuitBreaker()).not.toThrow()
  })

  it('open for 5 s by default, twice as long each time, up to 300 s, and half of that is left to chance', () => {
    const { openFor } = resolveConduct({})
    const same = exponential({ base: 5_000, cap: 300_000, jitter: 'equal' })
    for (const opening of [1, 2, 3, 6, 7, 100]) {
      for (const dice of [0, 0.3, 0.99]) {
        expect(typeof openFor === 'function' && openFor(opening, () => dice)).toBe(same(opening, () => dice))
      }
    }
  })

  it('lower minCalls to a window of calls that is smaller, unless it was stated', () => {
    expect(resolveConduct({ window: { calls: 5 } }).minCalls).toBe(5)
    expect(resolveConduct({ window: { calls: 20 } }).minCalls).toBe(20)
    expect(resolveConduct({ window: { calls: 5 }, minCalls: 5 }).minCalls).toBe(5)
    expect(resolveConduct({ window: 5 }).minCalls).toBe(20)
    const error = thrownBy(() => circuitBreaker({ window: { calls: 5 }, minCalls: 6 }))
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({ message: 'minCalls must be at most window.calls (5), got 6' })
  })

  it('may say Infinity for a failure rate that never opens, and for a time that never ends', () => {
    expect(resolveConduct({ failureRate: Infinity, openFor: Infinity })).toMatchObject({
      failureRate: Infinity,
      openFor: Infinity,
    })
  })

  it('are neither changed nor kept: two breakers of one object share nothing', async () => {
    const slowCall = { duration: 5, rate: 0.5 }
    const window = { calls: 10 }
    const rules = [{ name: 'two', shouldOpen: ({ failures }: { failures: number }) => failures === 2 }]
    const options = { slowCall, window, rules, minCalls: 10 }
    const frozen: CircuitBreakerOptions = Object.freeze({ ...options, window: Object.freeze({ ...window }) })
    const [one, other] = [circuitBreaker(frozen), circuitBreaker(frozen)]
    await fail(one, 2)
    expect([one.state(), other.state()]).toEqual(['open', 'closed'])

    const third = circuitBreaker(options)
    window.calls = 1
    slowCall.rate = 7
    rules.length = 0
    third.update({})
    await fail(third, 2)
    expect(third.state()).toBe('open')
  })

  it.each<[option: keyof CircuitBreakerOptions, value: unknown, type: string, rule: string, shown: string]>([
    ['failureRate', '0.5', 'TypeError', rates, "'0.5'"],
    ['failureRate', null, 'TypeError', rates, 'null'],
    ['failureRate', 0, 'RangeError', rates, '0'],
    ['failureRate', -0.5, 'RangeError', rates, '-0.5'],
    ['failureRate', 1.01, 'RangeError', rates, '1.01'],
    ['failureRate', 50, 'RangeError', rates, '50'],
    ['failureRate', Number.NaN, 'RangeError', rates, 'NaN'],
    ['failureRate', -Infinity, 'RangeError', rates, '-Infinity'],
    ['minCalls', '20', 'TypeError', counts, "'20'"],
    ['minCalls', 0, 'RangeError', counts, '0'],
    ['minCalls', 1.5, 'RangeError', counts, '1.5'],
    ['minCalls', Number.NaN, 'RangeError', counts, 'NaN'],
    ['minCalls', Infinity, 'RangeError', counts, 'Infinity'],
    ['window', '10s', 'TypeError', durations, "'10s'"],
    ['window', null, 'TypeError', durations, 'null'],
    ['window', {}, 'TypeError', durations, '{}'],
    ['window', 0, 'RangeError', durations, '0'],
    ['window', -1, 'RangeError', durations, '-1'],
    ['window', Infinity, 'RangeError', durations, 'Infinity'],
    ['window', Number.NaN, 'RangeError', durations, 'NaN'],
    ['consecutive', '5', 'TypeError', `${counts}, or Infinity`, "'5'"],
    ['consecutive', 0, 'RangeError', `${counts}, or Infinity`, '0'],
    ['consecutive', 2.5, 'RangeError', `${counts}, or Infinity`, '2.5'],
    ['consecutive', Number.NaN, 'RangeError', `${counts}, or Infinity`, 'NaN'],
    ['slowCall', 5, 'TypeError', 'an object', '5'],
    ['slowCall', null, 'TypeError', 'an object', 'null'],
    ['rules', {}, 'TypeError', 'an array of rules', '{}'],
    ['rules', 'rule', 'TypeError', 'an array of rules', "'rule'"],
    ['openFor', '5s', 'TypeError', limits, "'5s'"],
    ['openFor', null, 'TypeError', limits, 'null'],
    ['openFor', 0, 'RangeError', limits, '0'],
    ['openFor', -1, 'RangeError', limits, '-1'],
    ['openFor', Number.NaN, 'RangeError', limits, 'NaN'],
    ['probes', '1', 'TypeError', counts, "'1'"],
    ['probes', 0, 'RangeError', counts, '0'],
    ['probes', Infinity, 'RangeError', counts, 'Infinity'],
    ['probeTimeout', '1s', 'TypeError', durations, "'1s'"],
    ['probeTimeout', 0, 'RangeError', durations, '0'],
    ['probeTimeout', Infinity, 'RangeError', durations, 'Infinity'],
    ['mode', true, 'TypeError', "one of 'enforce', 'observe'", 'true'],
    ['mode', 'off', 'RangeError', "one of 'enforce', 'observe'", "'off'"],
    ['key', 'host', 'TypeError', 'a function', "'host'"],
    ['maxKeys', '10', 'TypeError', 'an integer from 1 to 16000000', "'10'"],
    ['maxKeys', 0, 'RangeError', 'an integer from 1 to 16000000', '0'],
    ['maxKeys', Infinity, 'RangeError', 'an integer from 1 to 16000000', 'Infinity'],
    ['name', 5, 'TypeError', texts, '5'],
    ['name', '', 'RangeError', texts, "''"],
    ['onEvent', 'log', 'TypeError', 'a function', "'log'"],
    ['clock', Date.now, 'TypeError', 'an object with now(), setTimer(), afterPoll()', 'a function'],
    ['clock', null, 'TypeError', 'an object with now(), setTimer(), afterPoll()', 'null'],
    ['random', 0.5, 'TypeError', 'a function', '0.5'],
  ])('%s may not be %j', (option, value, type, rule, shown) => {
    const error = thrownBy(() => circuitBreaker({ [option]: value }))
    expect(error).toMatchObject({ name: type, message: `${option} must be ${rule}, got ${shown}` })
    if (['key', 'maxKeys', 'name', 'onEvent', 'clock', 'random'].includes(option)) return
    const breaker = circuitBreaker()
    expect(thrownBy(() => breaker.update({ [option]: value }))).toEqual(error)
  })

  it.each<[value: unknown, type: string, message: string]>([
    [{ calls: '5' }, 'TypeError', `window.calls must be ${callCounts}, got '5'`],
    [{ calls: 0 }, 'RangeError', `window.calls must be ${callCounts}, got 0`],
    [{ calls: 1.5 }, 'RangeError', `window.calls must be ${callCounts}, got 1.5`],
    [{ calls: 1_000_001 }, 'RangeError', `window.calls must be ${callCounts}, got 1000001`],
  ])('window may not be %j', (window, type, message) => {
    expect(thrownBy(() => circuitBreaker({ window: window as number }))).toMatchObject({ name: type, message })
  })

  it('window may be a million calls', () => {
    expect(() => circuitBreaker({ window: { calls: 1_000_000 } })).not.toThrow()
  })

  it.each<[value: object, type: string, message: string]>([
    [{ rate: 0.5 }, 'TypeError', `slowCall.duration must be ${limits}, got undefined`],
    [{ duration: 0, rate: 0.5 }, 'RangeError', `slowCall.duration must be ${limits}, got 0`],
    [{ duration: 5 }, 'TypeError', `slowCall.rate must be ${rates}, got undefined`],
    [{ duration: 5, rate: 2 }, 'RangeError', `slowCall.rate must be ${rates}, got 2`],
    [{ duration: 5, rate: Infinity }, 'RangeError', `slowCall.rate must be ${rates}, got Infinity`],
  ])('slowCall may not be %j', (slowCall, type, message) => {
    const given = { slowCall: slowCall as { duration: number; rate: number } }
    expect(thrownBy(() => circuitBreaker(given))).toMatchObject({ name: type, message })
  })

  it.each([5, 'options', [], null])('themselves may not be %j', (options) => {
    const message = expect.stringMatching(/^options must be an object, got /)
    expect(thrownBy(() => circuitBreaker(options as object))).toMatchObject({ name: 'TypeError', message })
    expect(thrownBy(() => circuitBreaker().update(options as object))).toMatchObject({ name: 'TypeError', message })
  })

  it('that are wrong leave a breaker as it was', async () => {
    const breaker = circuitBreaker({ consecutive: 1 })
    expect(() => breaker.update({ consecutive: 5, probes: 0 })).toThrow(RangeError)
    expect(await errorOf(breaker.execute(() => Promise.reject(boom)))).toBe(boom)
    expect(breaker.state()).toBe('open')
  })
})
