import { type Call, pipeline, TimeoutError, type Verdict } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { judgeRequestError, judgeResponse, judgeStatus } from '../src/classify.ts'

describe('judgeStatus', () => {
  it.each<[number[], Verdict]>([
    [[200, 201, 204, 206, 301, 304, 307, 400, 401, 403, 404, 409, 410, 422, 451], { health: 'success', retry: false }],
    [[408, 425], { health: 'success', retry: true }],
    [[429], { health: 'neutral', retry: true }],
    [[500, 502, 503, 504, 507, 599], { health: 'failure', retry: true }],
    [[501, 505], { health: 'failure', retry: false }],
  ])('of %o is %o', (statuses, verdict) => {
    for (const status of statuses) expect(judgeStatus(status)).toEqual(verdict)
  })
})

describe('judgeResponse', () => {
  const judged = (status: number, idempotent: boolean, headers: Record<string, string> = {}) =>
    judgeResponse({ status, header: (name) => headers[name] }, idempotent)

  it.each<[number, boolean, Record<string, string>, Verdict]>([
    [200, true, { 'retry-after': '5' }, { health: 'success', retry: false }],
    [408, true, { 'retry-after': '5' }, { health: 'success', retry: true }],
    [408, false, {}, { health: 'success', retry: false }],
    [429, true, {}, { health: 'neutral', retry: true }],
    [429, true, { 'retry-after': '5' }, { health: 'neutral', retry: true, retryAfter: 5_000 }],
    [429, true, { ratelimit: '"a";r=0;t=2' }, { health: 'neutral', retry: true, retryAfter: 2_000 }],
    [429, false, { 'retry-after': '5' }, { health: 'neutral', retry: false }],
    [500, true, { 'retry-after': '5' }, { health: 'failure', retry: true }],
    [503, true, { 'retry-after': '5' }, { health: 'failure', retry: true, retryAfter: 5_000 }],
    [503, false, { 'retry-after': '5' }, { health: 'failure', retry: false }],
    [501, true, {}, { health: 'failure', retry: false }],
  ])('of %d, idempotent: %s, with %o is %o', (status, idempotent, headers, verdict) => {
    expect(judged(status, idempotent, headers)).toEqual(verdict)
  })
})

describe('judgeRequestError', () => {
  const coded = (code: string) => Object.assign(new Error(code), { code })
  const call = { abortedBy: undefined } as unknown as Call

  it.each<[string, unknown, boolean, Verdict]>([
    ['nothing was sent', coded('ECONNREFUSED'), false, { health: 'failure', retry: true }],
    ['it broke', coded('ECONNRESET'), false, { health: 'failure', retry: false }],
    ['it broke', coded('ECONNRESET'), true, { health: 'failure', retry: true }],
    ['the certificate is wrong', coded('CERT_HAS_EXPIRED'), true, { health: 'failure', retry: false }],
    ['the request is wrong', coded('ERR_INVALID_URL'), true, { health: 'neutral', retry: false }],
    ['nobody knows', new Error('boom'), true, { health: 'failure', retry: true }],
    ['nobody knows', new Error('boom'), false, { health: 'failure', retry: false }],
    ['the time was out', new TimeoutError(5, { policy: 'timeout' }), true, { health: 'failure', retry: true }],
    ['the time was out', new TimeoutError(5, { policy: 'timeout' }), false, { health: 'failure', retry: false }],
  ])('where %s (%s, idempotent: %s) is %o', (_, error, idempotent, verdict) => {
    expect(judgeRequestError(error, call, idempotent)).toEqual(verdict)
  })

  it("has no say in the caller's abort", async () => {
    const controller = new AbortController()
    let verdict: Verdict | undefined
    await pipeline()
      .execute(
        (of) => {
          controller.abort()
          verdict = judgeRequestError(coded('ECONNRESET'), of, true)
        },
        { signal: controller.signal },
      )
      .catch(() => {})
    expect(verdict).toEqual({ health: 'neutral', retry: false })
  })
})
