import { systemClock } from '@holdfast/core'
import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type TimeoutOptions, timeout } from '../src/index.ts'
import { resolveOptions } from '../src/options.ts'
import { errorOf, thrownBy } from './watched.ts'

const times = 'a number of milliseconds above 0, or Infinity'
const texts = 'a string with at least one character'
const clocks = 'an object with now(), setTimer(), afterPoll()'

describe('the options of timeout', () => {
  it('may be just the time, or a function that tells it', () => {
    expect(resolveOptions(50)).toMatchObject({ timeout: 50, name: 'timeout', clock: systemClock })
    const tell = (): number => 50
    expect(resolveOptions(tell).timeout).toBe(tell)
    expect(resolveOptions({ timeout: Infinity }).timeout).toBe(Infinity)
  })

  it('have their defaults where nothing, or undefined, is said', () => {
    const nothing = { timeout: 50, name: undefined, onEvent: undefined, onDiscard: undefined, clock: undefined }
    for (const options of [{ timeout: 50 }, nothing]) {
      expect(resolveOptions(options)).toEqual({
        timeout: 50,
        name: 'timeout',
        onDiscard: undefined,
        onEvent: undefined,
        clock: systemClock,
      })
    }
  })

  it('are neither changed nor kept: two policies of one object share nothing', async () => {
    const clock = manualClock()
    const options = Object.freeze({ timeout: 50, clock })
    const [one, other] = [timeout(options), timeout(options)]
    one.update({ timeout: 10 })
    const remaining = (policy: typeof one) => policy.execute((call) => call.remaining())
    expect([await remaining(one), await remaining(other)]).toEqual([10, 50])
    expect(options).toEqual({ timeout: 50, clock })

    const changing = { timeout: 50, clock }
    const third = timeout(changing)
    changing.timeout = 10
    expect(await remaining(third)).toBe(50)
  })

  it.each<[option: string, value: unknown, type: string, rule: string, shown: string]>([
    ['timeout', undefined, 'TypeError', times, 'undefined'],
    ['timeout', null, 'TypeError', times, 'null'],
    ['timeout', '50', 'TypeError', times, "'50'"],
    ['timeout', 50n, 'TypeError', times, '50n'],
    ['timeout', {}, 'TypeError', times, '{}'],
    ['timeout', true, 'TypeError', times, 'true'],
    ['timeout', 0, 'RangeError', times, '0'],
    ['timeout', -0, 'RangeError', times, '-0'],
    ['timeout', -1, 'RangeError', times, '-1'],
    ['timeout', Number.NaN, 'RangeError', times, 'NaN'],
    ['timeout', -Infinity, 'RangeError', times, '-Infinity'],
    ['name', 5, 'TypeError', texts, '5'],
    ['name', null, 'TypeError', texts, 'null'],
    ['name', '', 'RangeError', texts, "''"],
    ['onEvent', null, 'TypeError', 'a function', 'null'],
    ['onEvent', 0, 'TypeError', 'a function', '0'],
    ['onEvent', 'log', 'TypeError', 'a function', "'log'"],
    ['onDiscard', null, 'TypeError', 'a function', 'null'],
    ['onDiscard', false, 'TypeError', 'a function', 'false'],
    ['onDiscard', {}, 'TypeError', 'a function', '{}'],
    ['clock', null, 'TypeError', clocks, 'null'],
    ['clock', 5, 'TypeError', clocks, '5'],
    ['clock', Date, 'TypeError', clocks, 'a function'],
    ['clock', { now: () => 0 }, 'TypeError', clocks, ''],
  ])('name the option, the rule and what came: %s %o', (option, value, type, rule, shown) => {
    const options = { timeout: 50, [option]: value } as unknown as TimeoutOptions
    const error = thrownBy(() => timeout(options))
    expect(error).toMatchObject({ name: type })
    expect(String(error)).toContain(`${option} must be ${rule}, got ${shown}`)
  })

  it.each<[unknown, string, string]>([
    [undefined, 'TypeError', 'timeout must be'],
    [null, 'TypeError', 'options must be an object, got null'],
    [[50], 'TypeError', 'options must be an object, got [ 50 ]'],
    ['50', 'TypeError', "timeout must be a number of milliseconds above 0, or Infinity, got '50'"],
    [0, 'RangeError', 'timeout must be a number of milliseconds above 0, or Infinity, got 0'],
    [Number.NaN, 'RangeError', 'timeout must be a number of milliseconds above 0, or Infinity, got NaN'],
    [-5, 'RangeError', 'timeout must be a number of milliseconds above 0, or Infinity, got -5'],
  ])('are refused when they are %o', (options, type, message) => {
    const error = thrownBy(() => timeout(options as number))
    expect(error).toMatchObject({ name: type })
    expect(String(error)).toContain(message)
  })

  it.each<[unknown, string, string]>([
    [{ timeout: 0 }, 'RangeError', 'timeout must be'],
    [{ timeout: '5' }, 'TypeError', 'timeout must be'],
    [{ timeout: Number.NaN }, 'RangeError', 'timeout must be'],
    [{}, 'TypeError', 'timeout must be'],
    [undefined, 'TypeError', 'options must be an object, got undefined'],
    [5, 'TypeError', 'options must be an object, got 5'],
  ])('are refused by update as well, which then changes nothing: %o', async (options, type, message) => {
    const clock = manualClock()
    const policy = timeout({ timeout: 50, clock })
    const error = thrownBy(() => policy.update(options as { timeout: number }))
    expect(error).toMatchObject({ name: type })
    expect(String(error)).toContain(message)
    expect(await policy.execute((call) => call.remaining())).toBe(50)
  })
})

describe('a function that tells the time', () => {
  it.each([[undefined], [null], ['5'], [0], [-1], [Number.NaN], [-Infinity], [{}], [() => 5]])(
    'and gives nonsense ends the call with a RangeError that names it: %o',
    async (answer) => {
      const clock = manualClock()
      let started = 0
      const policy = timeout({ timeout: () => answer as number, clock })
      const error = await errorOf(policy.execute(() => started++))
      expect(error).toBeInstanceOf(RangeError)
      expect(String(error)).toMatch(/timeout.* must be a number of milliseconds above 0, or Infinity, got /)
      expect([started, clock.pending, clock.retained]).toEqual([0, 0, 0])
    },
  )

  it('and throws ends the call with what it throws, undefined too', async () => {
    for (const thrown of [new Error('boom'), undefined]) {
      const policy = timeout(() => {
        throw thrown
      })
      expect(await errorOf(policy.execute(() => 1))).toBe(thrown)
    }
  })
})
