import { aimd, codel } from '@holdfast/admission'
import { describe, expect, it } from 'vitest'
import { bulkhead } from '../src/index.ts'

describe('the options of a bulkhead', () => {
  it.each([
    [undefined, TypeError, 'options must be an object, got undefined'],
    [null, TypeError, 'options must be an object, got null'],
    [5, TypeError, 'options must be an object, got 5'],
    [{}, TypeError, 'maxConcurrent must be an integer from 1 up, got undefined'],
    [{ maxConcurrent: 0 }, RangeError, 'maxConcurrent must be an integer from 1 up, got 0'],
    [{ maxConcurrent: -1 }, RangeError, 'maxConcurrent must be an integer from 1 up, got -1'],
    [{ maxConcurrent: 1.5 }, RangeError, 'maxConcurrent must be an integer from 1 up, got 1.5'],
    [{ maxConcurrent: NaN }, RangeError, 'maxConcurrent must be an integer from 1 up, got NaN'],
    [{ maxConcurrent: Infinity }, RangeError, 'maxConcurrent must be an integer from 1 up, got Infinity'],
    [{ maxConcurrent: '5' }, TypeError, "maxConcurrent must be an integer from 1 up, got '5'"],
    [{ maxConcurrent: null }, TypeError, 'maxConcurrent must be an object with start(), got null'],
    [{ maxConcurrent: {} }, TypeError, 'maxConcurrent must be an object with start(), got {}'],
    [{ maxConcurrent: { start: () => 1 } }, TypeError, "maxConcurrent's maxLimit must be a number from 1 up"],
    [{ maxQueued: -1 }, RangeError, 'maxQueued must be an integer from 0 up, or Infinity, got -1'],
    [{ maxQueued: 0.5 }, RangeError, 'maxQueued must be an integer from 0 up, or Infinity, got 0.5'],
    [{ maxQueued: NaN }, RangeError, 'maxQueued must be an integer from 0 up, or Infinity, got NaN'],
    [{ maxQueued: '1' }, TypeError, "maxQueued must be an integer from 0 up, or Infinity, got '1'"],
    [{ queue: 'random' }, RangeError, "queue must be one of 'fifo', 'lifo', got 'random'"],
    [{ queue: 5 }, TypeError, "queue must be 'fifo', 'lifo' or what codel() returns, got 5"],
    [{ queue: null }, TypeError, "queue must be 'fifo', 'lifo' or what codel() returns, got null"],
    [{ queue: { target: 5 } }, TypeError, "queue must be 'fifo', 'lifo' or what codel() returns, got { target: 5 }"],
    [{ queue: { name: 'codel', target: 0, interval: 5 } }, RangeError, 'target must be a number of milliseconds'],
    [{ maxQueueTime: 0 }, RangeError, 'maxQueueTime must be a number of milliseconds above 0, or Infinity, got 0'],
    [{ maxQueueTime: NaN }, RangeError, 'maxQueueTime must be a number of milliseconds above 0, or Infinity, got NaN'],
    [{ maxQueueTime: '5' }, TypeError, "maxQueueTime must be a number of milliseconds above 0, or Infinity, got '5'"],
    [{ weight: 2 }, TypeError, 'weight must be a function, got 2'],
    [{ key: 'a' }, TypeError, "key must be a function, got 'a'"],
    [{ maxKeys: 0 }, RangeError, 'maxKeys must be an integer from 1 to 16000000, got 0'],
    [{ maxKeys: '1' }, TypeError, "maxKeys must be an integer from 1 to 16000000, got '1'"],
    [{ mode: 'off' }, RangeError, "mode must be one of 'enforce', 'observe', got 'off'"],
    [{ mode: true }, TypeError, "mode must be one of 'enforce', 'observe', got true"],
    [{ name: '' }, RangeError, "name must be a string with at least one character, got ''"],
    [{ name: 5 }, TypeError, 'name must be a string with at least one character, got 5'],
    [{ onEvent: 'log' }, TypeError, "onEvent must be a function, got 'log'"],
    [{ clock: {} }, TypeError, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
  ])('refuse %o', (options, kind, message) => {
    const given = typeof options === 'object' && options !== null && Object.keys(options).length > 0
    const make = () => bulkhead((given ? { maxConcurrent: 1, ...options } : options) as never)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it('take an explicit undefined for the default', async () => {
    const options = {
      maxConcurrent: 1,
      maxQueued: undefined,
      queue: undefined,
      maxQueueTime: undefined,
      weight: undefined,
      key: undefined,
      maxKeys: undefined,
      mode: undefined,
      name: undefined,
      onEvent: undefined,
      clock: undefined,
    }
    expect(bulkhead(options).name).toBe('bulkhead')
    expect(await bulkhead(options).execute(() => 'a')).toBe('a')
  })

  it('take what admission makes', () => {
    expect(() => bulkhead({ maxConcurrent: aimd(), queue: codel(), maxQueued: Infinity })).not.toThrow()
  })
})
