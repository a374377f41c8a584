import type { Call, Classify, Outcome } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { type Repeatable, requestJudge } from '../src/index.ts'

interface Answer {
  readonly status: number
  readonly retryAfter?: string
}

const judge = requestJudge({
  read: (value) => {
    if (typeof value !== 'object' || value === null || !('status' in value)) return undefined
    const { status, retryAfter } = value as Answer
    return { status, header: (name) => (name === 'retry-after' ? retryAfter : null) }
  },
  now: () => 0,
})
const call = { abortedBy: undefined } as Call
const answer = (status: number, retryAfter?: string): Outcome => ({ ok: true, value: { status, retryAfter } })
const error = (code: string): Outcome => ({
  ok: false,
  error: Object.assign(new Error(code), { code, syscall: 'connect' }),
})

describe('a request of which may be made again', () => {
  it.each<[Repeatable, Outcome, string, boolean]>([
    ['any', answer(200), 'success', false],
    ['any', answer(404), 'success', false],
    ['any', answer(503), 'failure', true],
    ['any', error('ECONNRESET'), 'failure', true],
    ['any', error('UND_ERR_INVALID_ARG'), 'neutral', false],
    ['unsent', answer(503), 'failure', false],
    ['unsent', error('ECONNRESET'), 'failure', false],
    ['unsent', error('ECONNREFUSED'), 'failure', true],
    ['none', answer(503), 'failure', false],
    ['none', error('ECONNREFUSED'), 'failure', false],
  ])('%s: %o', (repeatable, outcome, health, retry) => {
    expect(judge(repeatable)(outcome, call)).toMatchObject({ health, retry })
  })

  it('unsent: what the client knows not to have sent, too, but for what cannot be sent at all', () => {
    const known = judge('unsent', undefined, () => true)
    expect(known(error('ECONNRESET'), call).retry).toBe(true)
    expect(known(error('UND_ERR_INVALID_ARG'), call).retry).toBe(false)
    expect(known(answer(503), call).retry).toBe(false)
  })

  it('unsent: nothing that the client knows to have sent, though the error is one of a connection that was refused', () => {
    const known = judge('unsent', undefined, () => false)
    expect(known(error('ECONNREFUSED'), call)).toMatchObject({ health: 'failure', retry: false })
    const own = judge(
      'unsent',
      () => ({ health: 'failure', retry: true }),
      () => false,
    )
    expect(own(error('ECONNREFUSED'), call).retry).toBe(false)
  })
})

it('a wait comes along', () => {
  expect(judge('any')(answer(503, '7'), call)).toEqual({ health: 'failure', retry: true, retryAfter: 7_000 })
})

it('an error that was made of a response is judged as that, unless the call was aborted', () => {
  const made: Outcome = { ok: false, error: Object.assign(new Error('Not Found'), { status: 404 }) }
  expect(judge('any')(made, call)).toEqual({ health: 'success', retry: false })
  expect(judge('any')(made, { abortedBy: 'timeout' } as Call)).toMatchObject({ health: 'failure', retry: true })
  expect(judge('any')(made, { abortedBy: 'caller' } as Call)).toMatchObject({ health: 'neutral', retry: false })
})

it('what is no response is a success', () => {
  expect(judge('any')({ ok: true, value: 'text' }, call)).toEqual({ health: 'success', retry: false })
})

describe('a function of the user’s', () => {
  const again: Classify = () => ({ health: 'failure', retry: true })

  it('decides in place of HTTP’s rules', () => {
    expect(judge('any', again)(answer(200), call)).toEqual({ health: 'failure', retry: true })
  })

  it('cannot have a request made again that must not be', () => {
    expect(judge('unsent', again)(answer(503), call)).toEqual({ health: 'failure', retry: false })
    expect(judge('unsent', again)(error('ECONNREFUSED'), call)).toEqual({ health: 'failure', retry: true })
    expect(judge('none', again)(error('ECONNREFUSED'), call)).toEqual({ health: 'failure', retry: false })
  })

  it('that answers nonsense is left to be named by whoever asks', () => {
    expect(judge('none', (() => undefined) as never)(answer(503), call)).toBe(undefined)
  })
})
