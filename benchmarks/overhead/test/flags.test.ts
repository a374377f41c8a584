import { describe, expect, it } from 'vitest'
import { flagsOf } from '../src/flags.ts'

describe('flagsOf', () => {
  it('measures everything when nothing is said', () => {
    expect(flagsOf([])).toMatchObject({ only: '', processes: 5, rounds: 7, check: false })
  })

  it('reads what is said', () => {
    expect(flagsOf(['--only', 'timeout', '--rounds', '3', '--check'])).toMatchObject({
      only: 'timeout',
      rounds: 3,
      check: true,
    })
  })

  it.each(['0', '1.5', 'many', '-1'])('refuses %s rounds', (text) => {
    expect(() => flagsOf([`--rounds=${text}`])).toThrow(`--rounds must be an integer from 1 up, got ${text}`)
  })
})
