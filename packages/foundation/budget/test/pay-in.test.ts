import { type Call, definePolicy, type Policy, pipeline } from '@holdfast/core'
import { describe, expect, it, vi } from 'vitest'
import { type Budget, budget, payForRequest, payForSuccess } from '../src/index.ts'

/** Says to the budget what a policy has to say: that the call began, and that it went well. */
function earning(account: Budget): Policy {
  return definePolicy({
    kind: 'earning',
    layer: (inner) => (call, operation, sink) => {
      payForRequest(account, call)
      inner(call, operation, {
        ok(value) {
          payForSuccess(account, call)
          sink.ok(value)
        },
        fail: (error) => sink.fail(error),
      })
    },
  })
}

const poor = (): Budget => budget({ ratio: 0.1, initial: 0 })

describe('what a call pays in', () => {
  it('is for a success and not for a request', async () => {
    const account = poor()
    await expect(earning(account).execute(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(account.balance).toBe(0)
    await earning(account).execute(() => 'yes')
    expect(account.balance).toBe(0.1)
  })

  it('is paid once for one call, however many policies share the budget', async () => {
    const account = poor()
    const shared = pipeline(earning(account), earning(account), earning(account))
    await shared.execute(() => 'yes')
    expect(account.balance).toBe(0.1)
    await shared.execute(async () => 'yes')
    expect(account.balance).toBe(0.2)
  })

  it('is paid into each of several budgets', async () => {
    const [one, other] = [poor(), poor()]
    await pipeline(earning(one), earning(other), earning(one)).execute(() => 'yes')
    expect([one.balance, other.balance]).toEqual([0.1, 0.1])
  })

  it('is paid once more by a call that the operation makes', async () => {
    const account = poor()
    const inner = earning(account)
    await earning(account).execute((parent: Call) => inner.execute(() => 'yes', { parent }))
    expect(account.balance).toBe(0.2)
  })

  it("costs nobody a good answer where a budget of the user's throws or rejects, and a warning tells once", async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const broken = (deposit: () => unknown): Budget => ({ ...budget(), deposit: deposit as () => void })
    const throwing = broken(() => {
      throw new Error('no bank')
    })
    const rejecting = broken(() => Promise.reject(new Error('no bank')))
    expect(await earning(throwing).execute(() => 'yes')).toBe('yes')
    expect(await earning(rejecting).execute(() => 'yes')).toBe('yes')
    await new Promise(setImmediate)
    expect(warn).toHaveBeenCalledOnce()
    expect(String(warn.mock.calls[0]?.[0])).toContain('deposit() of a budget failed; this is told once.')
    warn.mockRestore()
  })
})
