import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import {
  type Call,
  ChildCall,
  type Classify,
  defaultClassify,
  judge,
  judgeError,
  judgeValue,
  nodeOf,
  pipeline,
  RefusedError,
  TimeoutError,
  type Verdict,
} from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { errorOf, thrownBy } from './watched.ts'

class BusyError extends RefusedError {
  readonly code = 'ERR_BUSY'
}

/** A call that was answered with nothing special, judged by `classify`. */
async function callJudgedBy(classify?: unknown): Promise<Call> {
  let call: Call | undefined
  await pipeline().execute(
    (given) => {
      call = given
    },
    { classify: classify as Classify | undefined },
  )
  return call as Call
}

describe('the default verdict', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an error as a value', new Error('only a value')],
  ])('on a value is success, no retry: %s', async (_, value) => {
    expect(judge({ ok: true, value }, await callJudgedBy())).toEqual({ health: 'success', retry: false })
  })

  it.each<[string, unknown]>([
    ['an error', new Error('failed')],
    ['undefined', undefined],
    ['a string', 'no'],
    ['a timeout', new TimeoutError(5, { policy: 'timeout' })],
    ['somebody’s own abort', new DOMException('aborted', 'AbortError')],
  ])('on an error is failure, to be retried: %s', async (_, error) => {
    expect(judge({ ok: false, error }, await callJudgedBy())).toEqual({ health: 'failure', retry: true })
  })

  it('on a refusal is neutral, no retry, with its time', async () => {
    const call = await callJudgedBy()
    const judged = (retryAfter?: number): Verdict =>
      judge({ ok: false, error: new BusyError('busy', { policy: 'p', retryAfter }) }, call)
    expect(judged()).toEqual({ health: 'neutral', retry: false })
    expect(judged(500)).toEqual({ health: 'neutral', retry: false, retryAfter: 500 })
  })

  it("in a call that its caller aborted is neutral, no retry, whatever the operation's error", async () => {
    const controller = new AbortController()
    let call: Call | undefined
    const answer = errorOf(
      pipeline().execute(
        (given) => {
          call = given
          return hanging()
        },
        { signal: controller.signal },
      ),
    )
    controller.abort()
    const outcomes = [
      { ok: false, error: await answer },
      { ok: false, error: new Error('socket closed') },
    ] as const
    for (const outcome of outcomes) {
      expect(judge(outcome, call as Call)).toEqual({ health: 'neutral', retry: false })
    }
  })

  it('in a call within one whose time is out is neutral: it is the ambient deadline', async () => {
    const clock = manualClock()
    const calls: Call[] = []
    const note = (call: Call): Promise<never> => {
      calls.push(call)
      return hanging()
    }
    const outer = errorOf(
      bare(clock).execute(
        (call) => {
          calls.push(call)
          return bare(clock).execute(note, { parent: call })
        },
        { timeout: 10 },
      ),
    )
    await clock.advance(10)
    const error = await outer
    expect(judge({ ok: false, error }, calls[1] as Call)).toEqual({ health: 'neutral', retry: false })
    // To the call whose own time it was, the dependency that hung has failed.
    expect(judge({ ok: false, error }, calls[0] as Call)).toEqual({ health: 'failure', retry: true })
  })

  it('in a call that a policy cancelled is neutral', async () => {
    const { promise } = Promise.withResolvers<never>()
    let call: Call | undefined
    pipeline()
      .execute((given) => {
        call = given
        return promise
      })
      .catch(() => {})
    const loser = new ChildCall(nodeOf(call as Call), { ok() {}, fail() {} })
    loser.abort(new Error('lost'), 'cancelled')
    expect(judge({ ok: false, error: new Error('lost') }, loser)).toEqual({ health: 'neutral', retry: false })
  })

  it('cannot be changed by whoever is given it', async () => {
    const call = await callJudgedBy()
    const verdict = judge({ ok: true, value: 1 }, call)
    expect(() => Object.assign(verdict, { health: 'failure' })).toThrow()
    expect(judge({ ok: true, value: 1 }, call)).toEqual({ health: 'success', retry: false })
    expect(defaultClassify({ ok: true, value: 1 }, call)).toEqual({ health: 'success', retry: false })
  })
})

describe('judgeValue and judgeError', () => {
  it('say what judge says', async () => {
    const boom = new Error('boom')
    const asked: unknown[] = []
    const own = await callJudgedBy((outcome: unknown) => {
      asked.push(outcome)
      return { health: 'neutral', retry: true }
    })
    for (const call of [await callJudgedBy(), own]) {
      expect(judgeValue('v', call)).toEqual(judge({ ok: true, value: 'v' }, call))
      expect(judgeError(boom, call)).toEqual(judge({ ok: false, error: boom }, call))
    }
    const [value, error] = [
      { ok: true, value: 'v' },
      { ok: false, error: boom },
    ]
    expect(asked).toEqual([value, value, error, error])
  })
})

describe('a verdict of the user’s function', () => {
  it.each<[Verdict]>([
    [{ health: 'success', retry: true }],
    [{ health: 'neutral', retry: true, retryAfter: 0 }],
    [{ health: 'failure', retry: false, retryAfter: 12.5 }],
    [{ health: 'failure', retry: true, retryAfter: Infinity }],
  ])('stands: %o', async (verdict) => {
    expect(judge({ ok: true, value: 1 }, await callJudgedBy(() => verdict))).toBe(verdict)
  })

  it('that throws comes out as it is', async () => {
    const boom = new Error('boom')
    const call = await callJudgedBy(() => {
      throw boom
    })
    expect(thrownBy(() => judge({ ok: true, value: 1 }, call))).toBe(boom)
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    ['failure', "'failure'"],
    [{}, 'undefined'],
    [{ health: 'bad', retry: true }, "'bad'"],
    [{ health: 'failure' }, 'undefined'],
    [{ health: 'failure', retry: 'yes' }, "'yes'"],
    [{ health: 'failure', retry: true, retryAfter: -1 }, '-1'],
    [{ health: 'failure', retry: true, retryAfter: Number.NaN }, 'NaN'],
    [{ health: 'failure', retry: true, retryAfter: '5' }, "'5'"],
    [{ health: 'failure', retry: true, retryAfter: null }, 'null'],
    [Promise.resolve({ health: 'failure', retry: true }), 'undefined'],
  ])('that is nonsense is a RangeError that names the function: %o', async (verdict, shown) => {
    const call = await callJudgedBy(() => verdict)
    const error = thrownBy(() => judge({ ok: true, value: 1 }, call))
    expect(error).toBeInstanceOf(RangeError)
    expect(String(error)).toContain('classify')
    expect(String(error)).toContain(`got ${shown}`)
  })
})
