import { isRefusedError, isResilienceError, RefusedError } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { CircuitOpenError } from '../src/index.ts'

const figure = '12 of 20 calls failed (60 %, opens at 50 %)'

describe('CircuitOpenError', () => {
  it('is a refusal', () => {
    const error = new CircuitOpenError({ policy: 'p', key: 'k', state: 'open', figure, retryAfter: 5 })
    expect(error).toBeInstanceOf(RefusedError)
    expect([isResilienceError(error), isRefusedError(error)]).toEqual([true, true])
    expect(error).toMatchObject({
      name: 'CircuitOpenError',
      code: 'ERR_CIRCUIT_OPEN',
      policy: 'p',
      key: 'k',
      state: 'open',
    })
    expect(error.retryAfter).toBe(5)
    expect(error.stack).toMatch(/^CircuitOpenError: p 'k': open, /)
  })

  it.each([
    [{ state: 'open', figure, retryAfter: 1_234.2 }, undefined, `api: open, ${figure}; next probe in 1235 ms`],
    [{ state: 'open', figure, retryAfter: 0 }, undefined, `api: open, ${figure}; next probe in 0 ms`],
    [{ state: 'open', figure, retryAfter: Infinity }, undefined, `api: open, ${figure}`],
    [{ state: 'half-open', figure, retryAfter: 50 }, 'eu', `api 'eu': half-open, ${figure}; next probe within 50 ms`],
    [{ state: 'isolated', figure: undefined, retryAfter: undefined }, undefined, 'api: isolated'],
    [{ state: 'isolated', figure: undefined, retryAfter: undefined }, '', "api '': isolated"],
  ] as const)('says the policy, the key and the figure that opened it: %j, %s', (refusal, key, message) => {
    expect(new CircuitOpenError({ policy: 'api', key, ...refusal }).message).toBe(message)
  })
})
