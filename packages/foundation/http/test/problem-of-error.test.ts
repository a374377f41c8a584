import { RefusedError, TimeoutError } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { problemOfError } from '../src/problem-of-error.ts'

class Refused extends RefusedError {
  readonly code: string
  readonly violated: unknown
  constructor(code: string, retryAfter?: number, violated?: unknown) {
    super('the inside of the house', { policy: 'secret', retryAfter })
    this.code = code
    this.violated = violated
  }
}

describe('problemOfError', () => {
  it.each([
    [new Refused('ERR_RATE_LIMITED', 6_500, ['burst', 7]), 429, 'quota-exceeded', '7'],
    [new Refused('ERR_RATE_LIMITED', Infinity), 429, 'quota-exceeded', undefined],
    [new Refused('ERR_OVERLOADED', 100), 503, 'temporary-reduced-capacity', '1'],
    [new Refused('ERR_CIRCUIT_OPEN', 2_000), 503, 'about:blank', '2'],
    [new Refused('ERR_BULKHEAD_FULL'), 503, 'about:blank', undefined],
    [new Refused('ERR_OF_THE_FUTURE'), 503, 'about:blank', undefined],
    [new TimeoutError(50, { policy: 'secret' }), 504, 'about:blank', undefined],
  ])('answers %s with %d', (error, status, type, retryAfter) => {
    const answer = problemOfError(error)
    expect(answer).toMatchObject({ status, problem: { status }, retryAfter })
    expect(answer?.problem.type).toContain(type)
    expect(JSON.stringify(answer)).not.toMatch(/secret|inside/)
  })

  it('names the limits that refused', () => {
    expect(problemOfError(new Refused('ERR_RATE_LIMITED', 1, ['burst', 7]))?.problem).toMatchObject({
      'violated-policies': ['burst'],
    })
  })

  it.each([new Error('boom'), undefined, null, 'ERR_RATE_LIMITED', { code: 'ERR_RATE_LIMITED' }])(
    'leaves %o to others',
    (error) => {
      expect(problemOfError(error)).toBeUndefined()
    },
  )
})
