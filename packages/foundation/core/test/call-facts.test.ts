import { describe, expect, it } from 'vitest'
import type { Priority } from '../src/call.ts'
import { inheritedFacts, statedFacts } from '../src/call-facts.ts'
import { SUCCESS } from '../src/verdict.ts'

const nothing = { key: undefined, priority: 'normal', context: undefined, classify: undefined, classifyStated: false }
const priorities: readonly Priority[] = ['background', 'normal', 'critical']

describe('the facts of a call', () => {
  it('whose caller said nothing are one object for all such calls', () => {
    expect(inheritedFacts('normal')).toEqual(nothing)
    expect(statedFacts({}, undefined)).toBe(inheritedFacts('normal'))
    expect(statedFacts({ timeout: 5 }, 'critical')).toBe(inheritedFacts('critical'))
  })

  it.each(priorities)('whose caller said nothing have the priority of the call around: %s', (around) => {
    expect(inheritedFacts(around)).toEqual({ ...nothing, priority: around })
    expect(statedFacts({}, around)).toEqual({ ...nothing, priority: around })
  })

  it.each([
    { key: 'a' },
    { key: '' },
    { context: { tenant: 1 } },
    { context: null },
    { priority: 'background' },
    { priority: 'critical' },
  ] as const)('are what was said, and nothing else: %o', (options) => {
    expect(statedFacts(options, undefined)).toEqual({ ...nothing, ...options })
    expect(statedFacts(options, 'critical')).toEqual({ ...nothing, priority: 'critical', ...options })
  })

  it('say whether the caller himself judges', () => {
    const classify = () => SUCCESS
    expect(statedFacts({ classify }, undefined)).toEqual({ ...nothing, classify, classifyStated: true })
    expect(statedFacts({ key: 'a' }, undefined).classifyStated).toBe(false)
  })

  it('never matter more than the call around', () => {
    for (const [most, around] of priorities.entries()) {
      for (const [wanted, priority] of priorities.entries()) {
        expect(statedFacts({ priority }, around).priority).toBe(priorities[Math.min(most, wanted)])
      }
    }
  })

  it.each([
    [{ key: 5 }, 'TypeError: key must be a string, got 5'],
    [{ key: null }, 'TypeError: key must be a string, got null'],
    [{ classify: 'no' }, "TypeError: classify must be a function, got 'no'"],
    [{ priority: 'high' }, "RangeError: priority must be one of 'background', 'normal', 'critical', got 'high'"],
    [{ priority: 1 }, "TypeError: priority must be one of 'background', 'normal', 'critical', got 1"],
  ])('that make no sense are refused: %o', (options, message) => {
    let error: unknown
    try {
      statedFacts(options as object, undefined)
    } catch (thrown) {
      error = thrown
    }
    expect(String(error)).toBe(message)
  })
})
