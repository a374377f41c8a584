import { describe, expect, it, vi } from 'vitest'
import { type Budget, budget, payBack, payForAttempt } from '../src/index.ts'

/** A budget of the user's with one method that is not as it should be. */
const odd = (method: Partial<Budget>): Budget => ({
  deposit: () => {},
  withdraw: () => true,
  refund: () => {},
  balance: 0,
  ...method,
})

describe('what an extra attempt costs', () => {
  it('is paid while there is enough, and paid back', () => {
    const account = budget({ initial: 1 })
    expect([payForAttempt(account), payForAttempt(account)]).toEqual([true, false])
    payBack(account)
    expect([account.balance, payForAttempt(account)]).toEqual([1, true])
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [1, '1'],
    ['yes', "'yes'"],
    [Promise.resolve(true), 'Promise { true }'],
  ])('is not paid by a budget that says %o', (said, shown) => {
    const pay = (): boolean => payForAttempt(odd({ withdraw: () => said as boolean }))
    expect(pay).toThrow(RangeError)
    expect(pay).toThrow(`what withdraw() of the budget returns must be true or false, got ${shown}`)
  })

  it('throws what a budget throws that is asked', () => {
    const withdraw = (): never => {
      throw new Error('no bank')
    }
    expect(() => payForAttempt(odd({ withdraw }))).toThrow('no bank')
  })

  it('is lost where the budget throws when it is paid back, and a warning tells', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const refund = (): never => {
      throw new Error('no bank')
    }
    expect(() => payBack(odd({ refund }))).not.toThrow()
    expect(warn.mock.calls.map(([text]) => String(text).split('\n')[0])).toEqual([
      'refund() of a budget failed; this is told once. It said: Error: no bank',
    ])
    warn.mockRestore()
  })
})
