import { systemClock } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { type FallbackOptions, fallback } from '../src/index.ts'
import { resolveOptions } from '../src/options.ts'

const bad = (options: unknown) => () => fallback('instead', options as FallbackOptions)

describe('options', () => {
  it.each([
    ['options', null, 'options must be an object, got null'],
    ['options', 'quick', "options must be an object, got 'quick'"],
    ['options', [], 'options must be an object, got []'],
    ['shouldHandle', { shouldHandle: true }, 'shouldHandle must be a function, got true'],
    ['onDiscard', { onDiscard: 1 }, 'onDiscard must be a function, got 1'],
    ['onEvent', { onEvent: {} }, 'onEvent must be a function, got {}'],
    ['name', { name: 7 }, 'name must be a string with at least one character, got 7'],
    ['clock', { clock: {} }, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
  ])('of the wrong type are refused: %s', (_, options, message) => {
    expect(bad(options)).toThrow(new TypeError(message))
  })

  it('refuse an empty name', () => {
    expect(bad({ name: '' })).toThrow(new RangeError("name must be a string with at least one character, got ''"))
  })

  it('refuse a promise as the value: a rejected one would go unseen', () => {
    expect(() => fallback(Promise.resolve(1))).toThrow(
      new TypeError('fallback must be a value or a function, which may return a promise, got Promise { 1 }'),
    )
  })

  it('take undefined for the default', () => {
    const given = {
      shouldHandle: undefined,
      name: undefined,
      onDiscard: undefined,
      onEvent: undefined,
      clock: undefined,
    }
    expect(resolveOptions(given)).toEqual(resolveOptions({}))
    expect(resolveOptions({})).toEqual({
      shouldHandle: undefined,
      name: 'fallback',
      onDiscard: undefined,
      onEvent: undefined,
      clock: systemClock,
    })
  })

  it('are neither changed nor kept', async () => {
    const options: { shouldHandle?: () => boolean } = Object.freeze({ shouldHandle: () => true })
    expect(await fallback('instead', options).execute(() => Promise.reject(new Error()))).toBe('instead')
    const loose: { shouldHandle?: () => boolean } = {}
    const policy = fallback('instead', loose)
    loose.shouldHandle = () => false
    expect(await policy.execute(() => Promise.reject(new Error()))).toBe('instead')
  })
})
