import type { Verdict } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { FINAL, isAnswer, mayImprove, mayRepeatNow } from '../src/ruling.ts'

describe('the rules of a race', () => {
  it.each<[Verdict['health'], boolean, boolean, boolean]>([
    ['success', false, true, false],
    ['success', true, false, true],
    ['failure', false, false, false],
    ['failure', true, false, true],
    ['neutral', false, false, true],
    ['neutral', true, false, true],
  ])('for %s, retry %s: an answer %s, hedges may improve on it %s', (health, retry, answer, improve) => {
    expect(isAnswer({ health, retry })).toBe(answer)
    expect(mayImprove({ health, retry })).toBe(improve)
  })

  it.each<[boolean, number | undefined, boolean]>([
    [true, undefined, true],
    [true, 0, true],
    [true, 1, false],
    [true, Infinity, false],
    [false, undefined, false],
    [false, 0, false],
  ])('for retry %s after %s: one more at once %s', (retry, retryAfter, once) => {
    const verdict: Verdict = { health: 'failure', retry, ...(retryAfter === undefined ? {} : { retryAfter }) }
    expect(mayRepeatNow(verdict)).toBe(once)
  })

  it('let an error of classify go out at once', () => {
    expect(isAnswer(FINAL)).toBe(false)
    expect(mayImprove(FINAL)).toBe(false)
  })
})
