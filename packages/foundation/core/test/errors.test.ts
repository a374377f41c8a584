import { describe, expect, it } from 'vitest'
import { isRefusedError, isResilienceError, RefusedError, ResilienceError, TimeoutError } from '../src/index.ts'

class ClosedError extends RefusedError {
  readonly code = 'ERR_CLOSED'
}

describe('a TimeoutError', () => {
  it('says who gave how much time', () => {
    const error = new TimeoutError(250, { policy: 'orders' })
    expect(error).toBeInstanceOf(ResilienceError)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'ERR_TIMEOUT', policy: 'orders', timeout: 250 })
    expect(error.retryAfter).toBeUndefined()
    expect(error.message).toContain('orders')
    expect(error.message).toContain('250 ms')
    expect(error.stack).toMatch(/^TimeoutError: orders/)
  })
})

describe('a refusal', () => {
  it('says who refused and when to come back', () => {
    const cause = new Error('behind it')
    const error = new ClosedError('gate: all 5 are taken', { policy: 'gate', retryAfter: 20, cause })
    expect(error).toBeInstanceOf(ResilienceError)
    expect(error).toMatchObject({
      code: 'ERR_CLOSED',
      policy: 'gate',
      retryAfter: 20,
      message: 'gate: all 5 are taken',
    })
    expect(error.cause).toBe(cause)
    expect(new ClosedError('gate', { policy: 'gate' })).not.toHaveProperty('cause')
  })
})

describe('isResilienceError and isRefusedError', () => {
  it('ask a thing that lets nobody look, and are not thrown at', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(isResilienceError(proxy)).toBe(false)
    expect(isRefusedError(proxy)).toBe(false)
  })

  it('know the errors of this copy', () => {
    const refused = new ClosedError('closed', { policy: 'p' })
    const timeout = new TimeoutError(5, { policy: 'p' })
    expect([isResilienceError(refused), isRefusedError(refused)]).toEqual([true, true])
    expect([isResilienceError(timeout), isRefusedError(timeout)]).toEqual([true, false])
  })

  it('know those of another installed copy', async () => {
    const url = new URL('../src/errors.ts?another-copy', import.meta.url).href
    const other = (await import(/* @vite-ignore */ url)) as typeof import('../src/errors.ts')
    const timeout = new other.TimeoutError(5, { policy: 'p' })
    expect(other.TimeoutError).not.toBe(TimeoutError)
    expect(timeout).not.toBeInstanceOf(TimeoutError)
    expect([isResilienceError(timeout), isRefusedError(timeout)]).toEqual([true, false])
    class Refused extends other.RefusedError {
      readonly code = 'ERR_REFUSED'
    }
    expect(isRefusedError(new Refused('no', { policy: 'p' }))).toBe(true)
  })

  it.each<[unknown]>([
    [undefined],
    [null],
    [5],
    ['ERR_TIMEOUT'],
    [{}],
    [new Error('plain')],
    [{ code: 'ERR_TIMEOUT', policy: 'p', name: 'TimeoutError' }],
    [new DOMException('timed out', 'TimeoutError')],
    [() => {}],
  ])('do not take %o for one', (error) => {
    expect([isResilienceError(error), isRefusedError(error)]).toEqual([false, false])
  })

  it('are not fooled into changing what they look at', () => {
    const error = Object.freeze(new TimeoutError(5, { policy: 'p' }))
    expect(isResilienceError(error)).toBe(true)
    expect(Object.keys(error)).not.toContain('brand')
    expect(
      Object.getOwnPropertySymbols(error).filter((key) => Object.getOwnPropertyDescriptor(error, key)?.enumerable),
    ).toEqual([])
  })
})
