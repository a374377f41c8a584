import { definePolicy, describe as description } from '@holdfast/core'
import { seededRandom } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type ConstantOptions, constant } from '../src/constant.ts'

const half = (): number => 0.5

describe('constant', () => {
  it('waits equally long after every attempt', () => {
    const backoff = constant(250)
    expect([1, 2, 10_000].map((attempt) => backoff(attempt, half))).toEqual([250, 250, 250])
  })

  it.each([
    ['full', 125],
    ['equal', 187.5],
    ['none', 250],
    [undefined, 250],
  ] as const)('with %s jitter and an even chance waits %d of 250 ms', (jitter, wait) => {
    expect(constant(250, { jitter })(7, half)).toBe(wait)
  })

  it('gives 500 clients 500 different delays when there is jitter', () => {
    const random = seededRandom(3)
    const backoff = constant(1_000, { jitter: 'equal' })
    expect(new Set(Array.from({ length: 500 }, () => backoff(1, random))).size).toBe(500)
  })

  it('may be no wait at all', () => {
    expect(constant(0)(1, half)).toBe(0)
    expect(constant(0, { jitter: 'full' })(1, half)).toBe(0)
  })

  it.each<[unknown, unknown, ErrorConstructor, string]>([
    [-1, {}, RangeError, 'ms must be a number of milliseconds from 0 up, got -1'],
    [Number.NaN, {}, RangeError, 'ms must be a number of milliseconds from 0 up, got NaN'],
    [Infinity, {}, RangeError, 'ms must be a number of milliseconds from 0 up, got Infinity'],
    ['100', {}, TypeError, "ms must be a number of milliseconds from 0 up, got '100'"],
    [undefined, {}, TypeError, 'ms must be a number of milliseconds from 0 up, got undefined'],
    [100, { jitter: 'some' }, RangeError, "jitter must be one of 'full', 'equal', 'none', got 'some'"],
    [100, { jitter: 0.5 }, TypeError, "jitter must be one of 'full', 'equal', 'none', got 0.5"],
    [100, null, TypeError, 'options must be an object, got null'],
    [100, 'full', TypeError, "options must be an object, got 'full'"],
  ])('refuses %s with %o', (ms, options, kind, message) => {
    const make = () => constant(ms as number, options as ConstantOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it('neither keeps nor changes its options', () => {
    const options: { jitter: 'none' | 'full' } = { jitter: 'none' }
    const backoff = constant(100, options)
    options.jitter = 'full'
    expect(backoff(1, half)).toBe(100)
  })

  it('shows its name and its parameters in a description', () => {
    const backoff = constant(40)
    expect(backoff.name).toBe('constant')
    const waiting = definePolicy({ kind: 'waiting', layer: (inner) => inner, options: () => ({ backoff }) })
    expect(description(waiting).options).toEqual({
      backoff: { name: 'constant', policy: 'backoff', options: { ms: 40, jitter: 'none' } },
    })
  })
})
