import { TimeoutError } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { errorTypeOf, statusOf } from '../src/error-type.ts'

const failed = (error: unknown) => errorTypeOf({ ok: false, error }, 'failure')
const answered = (value: unknown, health: 'success' | 'failure' | 'neutral') => errorTypeOf({ ok: true, value }, health)
const shy = new Proxy(
  {},
  {
    get() {
      throw new Error('not for you')
    },
  },
)

describe('the type of an error', () => {
  it.each<[string, unknown, string]>([
    ['a code', Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'ECONNRESET'],
    ['a code of ours', new TimeoutError(5, { policy: 'p' }), 'ERR_TIMEOUT'],
    [
      'the code behind it',
      new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) }),
      'ENOTFOUND',
    ],
    ['its name', new RangeError('x'), 'RangeError'],
    ['the name of an abort', new DOMException('x', 'AbortError'), 'AbortError'],
    [
      'no message, no number, nothing long',
      Object.assign(new Error('x'), { code: 404, name: `a message ${'!'.repeat(99)}` }),
      '_OTHER',
    ],
    ['nothing of a text', 'just a text', '_OTHER'],
    ['nothing of nothing', undefined, '_OTHER'],
    ['nothing of what lets nobody look', shy, '_OTHER'],
  ])('is %s', (_case, error, type) => {
    expect(failed(error)).toBe(type)
  })

  it('is the status of a response that is a failure, and nothing of one that is none', () => {
    expect(answered(new Response(null, { status: 503 }), 'failure')).toBe('503')
    expect(answered({ statusCode: 429, headers: {} }, 'neutral')).toBe('429')
    expect(answered(null, 'failure')).toBe('_OTHER')
    expect(answered(shy, 'failure')).toBe('_OTHER')
    expect(answered(new Response(null, { status: 200 }), 'success')).toBeUndefined()
  })

  it.each([[undefined], [{ status: 503 }], [{ status: 'open', headers: {} }], [{ status: 7, headers: {} }], ['text']])(
    '%o has no status',
    (value) => {
      expect(statusOf(value)).toBeUndefined()
    },
  )
})
