import { describe, expect, it } from 'vitest'
import {
  abnormalUsageDetected,
  parseProblem,
  plainProblem,
  quotaExceeded,
  temporaryReducedCapacity,
  writeProblem,
} from '../src/problem.ts'

const registry = 'https://iana.org/assignments/http-problem-types#'

describe('the problem types of the rate limit draft', () => {
  it('name the limits that refused', () => {
    expect(quotaExceeded(['burst', 'daily'], 'try later')).toEqual({
      type: `${registry}quota-exceeded`,
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
      status: 429,
      detail: 'try later',
      'violated-policies': ['burst', 'daily'],
    })
  })

  it.each([
    [quotaExceeded(), 'quota-exceeded', 429],
    [temporaryReducedCapacity(), 'temporary-reduced-capacity', 503],
    [abnormalUsageDetected(), 'abnormal-usage-detected', 429],
  ])('and have a status', (problem, name, status) => {
    expect(problem).toMatchObject({ type: `${registry}${name}`, status })
    expect(problem).not.toHaveProperty('violated-policies')
  })
})

describe('writeProblem', () => {
  const problem = plainProblem(504, 'Gateway Timeout', 'no answer in time')
  const json = {
    contentType: 'application/problem+json',
    body: '{"type":"about:blank","title":"Gateway Timeout","status":504,"detail":"no answer in time"}',
  }
  const text = { contentType: 'text/plain; charset=utf-8', body: 'Gateway Timeout: no answer in time' }

  it.each([
    undefined,
    null,
    '',
    '*/*',
    'application/json',
    'application/problem+json',
    'text/plain;q=0.5, */*',
    'image/png',
  ])('writes JSON for %o', (accept) => {
    expect(writeProblem(problem, accept)).toEqual(json)
  })

  it.each(['text/plain', 'text/*', 'text/plain, application/json;q=0.9', 'text/html, text/plain;q=0.1'])(
    'writes plain text for %o',
    (accept) => {
      expect(writeProblem(problem, accept)).toEqual(text)
    },
  )

  it('writes the title where there is no detail', () => {
    expect(writeProblem(plainProblem(503, 'Service Unavailable'), 'text/plain').body).toBe('Service Unavailable')
  })
})

describe('parseProblem', () => {
  it('reads back what was written', () => {
    const problem = quotaExceeded(['burst'], 'wait')
    expect(parseProblem(writeProblem(problem).body, 400)).toEqual(problem)
  })

  it('fills in what is absent, and what is of the wrong type', () => {
    const filled = { type: 'about:blank', title: '', status: 418, detail: undefined, instance: undefined }
    expect(parseProblem('{}', 418)).toEqual(filled)
    expect(parseProblem('{"type":1,"title":null,"status":"x","detail":[],"instance":{}}', 418)).toEqual(filled)
  })

  it('keeps members of its own and pollutes nothing', () => {
    const problem = parseProblem('{"balance":30,"__proto__":{"polluted":true}}', 400)
    expect(problem).toMatchObject({ balance: 30 })
    expect('polluted' in {}).toBe(false)
  })

  it.each(['', 'null', '[]', '"text"', '42', '{', '<html>', `{"detail":"${'a'.repeat(70_000)}"}`])(
    'takes some bodies for no problem',
    (body) => {
      expect(parseProblem(body, 500)).toBeUndefined()
    },
  )
})
