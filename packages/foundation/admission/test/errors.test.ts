import { isRefusedError, isResilienceError } from '@holdfast/core'
import { expect, it } from 'vitest'
import { OverloadError } from '../src/index.ts'

it('OverloadError says that the operation was never called', () => {
  const error = new OverloadError('door: the loop is 120 ms late', { policy: 'door', retryAfter: 250 })
  expect(isRefusedError(error) && isResilienceError(error)).toBe(true)
  expect(error).toMatchObject({ code: 'ERR_OVERLOADED', policy: 'door', retryAfter: 250, name: 'OverloadError' })
  expect(String(error)).toBe('OverloadError: door: the loop is 120 ms late')
})
