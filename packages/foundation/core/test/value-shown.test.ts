import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { checkDuration } from '../src/index.ts'
import { thrownBy } from './watched.ts'

const shown = (value: unknown) => String(thrownBy(() => checkDuration('wait', value))).split(', got ')[1]

describe('what came instead of an option', () => {
  it('is shown with a space for each break between lines', () => {
    expect(shown({ [inspect.custom]: () => 'first\n    second \nthird\n\n fourth' })).toBe('first second third fourth')
  })

  it('is shown whole up to 60 characters, and its beginning when it is longer', () => {
    const quoted = (length: number) => 'x'.repeat(length - 2)
    expect(shown(quoted(60))).toBe(`'${'x'.repeat(58)}'`)
    expect(shown(quoted(61))).toBe(`'${'x'.repeat(56)}...`)
  })
})
