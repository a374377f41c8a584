import type { Verdict } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { FINAL, isAnswer, mayImprove } from '../src/ruling.ts'

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

  it('let an error of classify go out at once', () => {
    expect(isAnswer(FINAL)).toBe(false)
    expect(mayImprove(FINAL)).toBe(false)
  })
})
