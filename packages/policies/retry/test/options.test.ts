import { constant } from '@holdfast/backoff'
import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type RetryChanges, type RetryOptions, retry } from '../src/index.ts'
import { fails, script } from './script.ts'
import { boom, settled } from './steady.ts'

const bad: [string, unknown, ErrorConstructor, string][] = [
  ['maxAttempts', 0, RangeError, 'maxAttempts must be an integer from 1 up, got 0'],
  ['maxAttempts', 2.5, RangeError, 'maxAttempts must be an integer from 1 up, got 2.5'],
  ['maxAttempts', Infinity, RangeError, 'maxAttempts must be an integer from 1 up, got Infinity'],
  ['maxAttempts', Number.NaN, RangeError, 'maxAttempts must be an integer from 1 up, got NaN'],
  ['maxAttempts', '3', TypeError, "maxAttempts must be an integer from 1 up, got '3'"],
  ['maxAttempts', null, TypeError, 'maxAttempts must be an integer from 1 up, got null'],
  ['backoff', 100, TypeError, 'backoff must be a function, got 100'],
  ['backoff', null, TypeError, 'backoff must be a function, got null'],
  ['budget', 0.1, TypeError, 'budget must be an object with deposit(), withdraw(), refund(), got 0.1'],
  ['budget', null, TypeError, 'budget must be an object with deposit(), withdraw(), refund(), got null'],
  [
    'budget',
    { ratio: 0.1 },
    TypeError,
    'budget must be an object with deposit(), withdraw(), refund(), got { ratio: 0.1 }',
  ],
  ['shouldRetry', true, TypeError, 'shouldRetry must be a function, got true'],
  ['shouldRetry', null, TypeError, 'shouldRetry must be a function, got null'],
  ['retryRefused', 1, TypeError, 'retryRefused must be true or false, got 1'],
  ['retryRefused', 'yes', TypeError, "retryRefused must be true or false, got 'yes'"],
  ['maxWait', 0, RangeError, 'maxWait must be a number of milliseconds above 0, or Infinity, got 0'],
  ['maxWait', -1, RangeError, 'maxWait must be a number of milliseconds above 0, or Infinity, got -1'],
  ['maxWait', Number.NaN, RangeError, 'maxWait must be a number of milliseconds above 0, or Infinity, got NaN'],
  ['maxWait', '1s', TypeError, "maxWait must be a number of milliseconds above 0, or Infinity, got '1s'"],
]
const badForever: [string, unknown, ErrorConstructor, string][] = [
  ['onDiscard', 'close', TypeError, "onDiscard must be a function, got 'close'"],
  ['onEvent', {}, TypeError, 'onEvent must be a function, got {}'],
  ['name', '', RangeError, "name must be a string with at least one character, got ''"],
  ['name', 7, TypeError, 'name must be a string with at least one character, got 7'],
  ['clock', Date, TypeError, 'clock must be an object with now(), setTimer(), afterPoll(), got a function'],
  ['clock', { now: () => 0 }, TypeError, 'clock must be an object with now(), setTimer(), afterPoll(), got {'],
  ['random', 0.5, TypeError, 'random must be a function, got 0.5'],
]

describe('the options of a retry', () => {
  it.each([...bad, ...badForever])('refuse %s: %s', (option, value, kind, message) => {
    const make = () => retry({ [option]: value } as RetryOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it.each(bad)('are checked by update as well: %s: %s', (option, value, kind, message) => {
    const policy = retry()
    const change = () => policy.update({ [option]: value } as RetryChanges)
    expect(change).toThrow(kind)
    expect(change).toThrow(message)
  })

  it.each([null, 3, 'often', [3], () => 3])('refuse %s in place of an object', (options) => {
    expect(() => retry(options as RetryOptions)).toThrow(TypeError)
    expect(() => retry(options as RetryOptions)).toThrow('options must be an object')
  })

  it('take undefined for the default', async () => {
    const clock = manualClock()
    const policy = retry({
      maxAttempts: undefined,
      backoff: undefined,
      budget: undefined,
      shouldRetry: undefined,
      retryRefused: undefined,
      maxWait: undefined,
      onDiscard: undefined,
      onEvent: undefined,
      name: undefined,
      clock,
      random: undefined,
    })
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect([operation.calls, policy.name]).toEqual([3, 'retry'])
  })

  it('are neither changed nor kept', async () => {
    const clock = manualClock()
    const options = { maxAttempts: 2, backoff: constant(1), clock }
    const [one, other] = [retry(options), retry(options)]
    options.maxAttempts = 9
    one.update({ maxAttempts: 1 })
    const operation = script(clock, fails(boom))
    await settled(clock, one.execute(operation))
    expect(operation.calls).toBe(1)
    await settled(clock, other.execute(operation))
    expect(operation.calls).toBe(3)
    expect(() => retry(Object.freeze({ maxAttempts: 2 }))).not.toThrow()
  })
})
