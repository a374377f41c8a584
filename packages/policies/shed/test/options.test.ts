import { codel } from '@holdfast/admission'
import { describe as describePolicy } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { shed } from '../src/index.ts'

const bad: [object, typeof TypeError | typeof RangeError, string][] = [
  [{ concurrency: 0 }, RangeError, 'concurrency must be an integer from 1 up, or Infinity, got 0'],
  [{ concurrency: 1.5 }, RangeError, 'concurrency must be an integer from 1 up, or Infinity, got 1.5'],
  [{ concurrency: NaN }, RangeError, 'concurrency must be an integer from 1 up, or Infinity, got NaN'],
  [{ concurrency: '5' }, TypeError, "concurrency must be an integer from 1 up, or Infinity, got '5'"],
  [{ concurrency: null }, TypeError, 'concurrency must be an object with start(), got null'],
  [{ concurrency: {} }, TypeError, 'concurrency must be an object with start(), got {}'],
  [{ concurrency: { start() {} } }, TypeError, "concurrency's maxLimit must be a number from 1 up, got undefined"],
  [{ maxLoopDelay: 0 }, RangeError, 'maxLoopDelay must be a number of milliseconds above 0, or Infinity, got 0'],
  [{ maxLoopDelay: NaN }, RangeError, 'maxLoopDelay must be a number of milliseconds above 0, or Infinity, got NaN'],
  [{ maxLoopDelay: '1' }, TypeError, "maxLoopDelay must be a number of milliseconds above 0, or Infinity, got '1'"],
  [{ queue: 'random' }, RangeError, "queue must be one of 'fifo', 'lifo', got 'random'"],
  [{ queue: null }, TypeError, "queue must be 'fifo', 'lifo' or what codel() returns, got null"],
  [{ queue: { name: 'codel', target: 9, interval: 5 } }, RangeError, 'interval must be more than the target of 9 ms'],
  [{ maxQueued: -1 }, RangeError, 'maxQueued must be an integer from 0 up, or Infinity, got -1'],
  [{ maxQueued: '1' }, TypeError, "maxQueued must be an integer from 0 up, or Infinity, got '1'"],
  [{ maxQueueTime: 0 }, RangeError, 'maxQueueTime must be a number of milliseconds above 0, or Infinity, got 0'],
  [{ maxQueueTime: null }, TypeError, 'maxQueueTime must be a number of milliseconds above 0, or Infinity, got null'],
  [{ retryAfter: 0 }, RangeError, 'retryAfter must be a number of milliseconds above 0, got 0'],
  [{ retryAfter: Infinity }, RangeError, 'retryAfter must be a number of milliseconds above 0, got Infinity'],
  [{ mode: 'off' }, RangeError, "mode must be one of 'enforce', 'observe', got 'off'"],
]

describe('the options of a shed', () => {
  it.each([
    ...bad,
    [{ name: '' }, RangeError, "name must be a string with at least one character, got ''"],
    [{ onEvent: 'log' }, TypeError, "onEvent must be a function, got 'log'"],
    [{ clock: {} }, TypeError, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
    [{ random: 0.5 }, TypeError, 'random must be a function, got 0.5'],
    [null, TypeError, 'options must be an object, got null'],
    [5, TypeError, 'options must be an object, got 5'],
  ] as const)('refuse %o', (options, kind, message) => {
    expect(() => shed(options as never)).toThrow(kind)
    expect(() => shed(options as never)).toThrow(message)
  })

  it.each(bad)('are refused by update, too: %o', (changes, kind, message) => {
    const policy = shed()
    expect(() => policy.update(changes as never)).toThrow(kind)
    expect(() => policy.update(changes as never)).toThrow(message)
  })

  it('take an explicit undefined for the default, in update for what is', () => {
    const nothing = {
      concurrency: undefined,
      maxLoopDelay: undefined,
      queue: undefined,
      maxQueued: undefined,
      maxQueueTime: undefined,
      retryAfter: undefined,
      mode: undefined,
    }
    const all = { ...nothing, name: undefined, onEvent: undefined, clock: undefined, random: undefined }
    expect(describePolicy(shed(all))).toEqual(describePolicy(shed()))
    const policy = shed({ maxQueued: 7, mode: 'observe', concurrency: 3 })
    const before = describePolicy(policy)
    policy.update(nothing)
    expect(describePolicy(policy)).toEqual(before)
  })

  it('are not kept: what becomes of them later changes nothing', () => {
    const queue = { name: 'codel' as const, target: 5, interval: 100 }
    const options = { concurrency: 3, queue }
    const policy = shed(options)
    options.concurrency = 9
    queue.target = 50
    expect(policy.snapshot().limit).toBe(3)
    expect(describePolicy(policy).options).toMatchObject({ concurrency: 3, queue: codel() })
  })
})
