import { describe, expect, it } from 'vitest'
import { type RequestOptions, requestSettingsWith, resolveRequestOptions } from '../src/index.ts'

const settings = resolveRequestOptions({}, false)

describe('the options of requests', () => {
  it('have defaults, and no time of their own beside a policy of the user’s', () => {
    expect(settings).toEqual({
      timeout: 30_000,
      attemptTimeout: Infinity,
      maxAttempts: 3,
      maxExtraLoad: 0,
      idempotent: undefined,
      idempotencyKey: false,
      deadlineHeader: undefined,
      attemptHeader: undefined,
      classify: undefined,
    })
    expect(resolveRequestOptions({}, true).timeout).toBe(Infinity)
    expect(resolveRequestOptions({ timeout: undefined }, true).timeout).toBe(Infinity)
    expect(resolveRequestOptions({ timeout: 5 }, true).timeout).toBe(5)
  })

  it('name headers by their usual names, or by others', () => {
    const usual = resolveRequestOptions({ deadlineHeader: true, attemptHeader: true }, false)
    expect([usual.deadlineHeader, usual.attemptHeader]).toEqual(['x-request-timeout-ms', 'x-request-attempt'])
    const other = requestSettingsWith(usual, { deadlineHeader: 'x-left', attemptHeader: false })
    expect([other.deadlineHeader, other.attemptHeader]).toEqual(['x-left', undefined])
  })

  it('of one request stand above those of all, where they are said', () => {
    const classify = () => ({ health: 'neutral', retry: false }) as const
    const all: RequestOptions = { timeout: 1, attemptTimeout: 2, maxAttempts: 3, maxExtraLoad: 0.4 }
    const stated: RequestOptions = { ...all, idempotent: true, idempotencyKey: 'key', attemptHeader: 'x-n', classify }
    const with1 = requestSettingsWith(settings, stated)
    expect(with1).toEqual({ ...stated, deadlineHeader: undefined })
    expect(requestSettingsWith(with1, { timeout: undefined })).toEqual(with1)
  })

  it.each<[string, unknown, string]>([
    ['timeout', 0, 'timeout must be a number of milliseconds above 0, or Infinity, got 0'],
    ['attemptTimeout', '1', "attemptTimeout must be a number of milliseconds above 0, or Infinity, got '1'"],
    ['maxAttempts', 1.5, 'maxAttempts must be an integer from 1 up, got 1.5'],
    ['maxExtraLoad', -1, 'maxExtraLoad must be a number from 0 to 1, got -1'],
    ['idempotent', 1, 'idempotent must be true, false or a function, got 1'],
    ['timeout', null, 'timeout must be a number of milliseconds above 0, or Infinity, got null'],
    ['idempotent', null, 'idempotent must be true, false or a function, got null'],
    [
      'idempotencyKey',
      '',
      "idempotencyKey must be true, false, a function, or text of visible ASCII characters, got ''",
    ],
    [
      'idempotencyKey',
      'a\nb',
      "idempotencyKey must be true, false, a function, or text of visible ASCII characters, got 'a\\nb'",
    ],
    ['idempotencyKey', 7, 'idempotencyKey must be true, false, a function, or text of visible ASCII characters, got 7'],
    ['deadlineHeader', 'a b', "deadlineHeader must be true, false or the name of a header, got 'a b'"],
    ['attemptHeader', 7, 'attemptHeader must be true, false or the name of a header, got 7'],
    ['classify', 'x', "classify must be a function, got 'x'"],
  ])('refuse %s: %o', (option, value, message) => {
    expect(() => resolveRequestOptions({ [option]: value }, false)).toThrow(message)
    expect(() => requestSettingsWith(settings, { [option]: value })).toThrow(message)
  })

  it('of one request are an object', () => {
    expect(() => requestSettingsWith(settings, 5 as never)).toThrow('the options of a request must be an object, got 5')
  })
})
