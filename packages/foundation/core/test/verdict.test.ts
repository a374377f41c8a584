import { expect, it } from 'vitest'
import type { Call } from '../src/call.ts'
import { RefusedError } from '../src/errors.ts'
import { defaultClassify } from '../src/verdict.ts'

class BusyError extends RefusedError {
  readonly code = 'ERR_BUSY'
}

it('speaks of a time to come back only where the refusal knows one', () => {
  const judged = (retryAfter?: number) =>
    defaultClassify({ ok: false, error: new BusyError('busy', { policy: 'p', retryAfter }) }, {} as Call)
  expect(judged()).toStrictEqual({ health: 'neutral', retry: false })
  expect(judged(0)).toStrictEqual({ health: 'neutral', retry: false, retryAfter: 0 })
})
