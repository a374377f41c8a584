import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type Call, type DerivedCallOptions, deriveCall, judge, pipeline, policy, type Verdict } from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { errorOf, thrownBy } from './watched.ts'

async function callWith(options = {}): Promise<Call> {
  let call: Call | undefined
  await pipeline().execute((given) => {
    call = given
  }, options)
  return call as Call
}

describe('a derived call', () => {
  it('has the facts of its call but for those that are said anew', async () => {
    const call = await callWith({ key: 'orders', priority: 'normal', context: 1 })
    const facts = ({ attempt, key, priority, context }: Call) => ({ attempt, key, priority, context })
    expect(facts(deriveCall(call, {}))).toEqual({ attempt: 1, key: 'orders', priority: 'normal', context: 1 })
    expect(facts(deriveCall(call, { attempt: 3, key: 'k', priority: 'background', context: 2 }))).toEqual({
      attempt: 3,
      key: 'k',
      priority: 'background',
      context: 2,
    })
    const nothing = { attempt: undefined, key: undefined, priority: undefined, context: undefined, classify: undefined }
    expect(facts(deriveCall(call, nothing))).toEqual({ attempt: 1, key: 'orders', priority: 'normal', context: 1 })
  })

  it('never matters more than its call', async () => {
    const call = await callWith({ priority: 'background' })
    expect(deriveCall(call, { priority: 'critical' }).priority).toBe('background')
    expect(deriveCall(call, {}).priority).toBe('background')
  })

  it('may be judged by a function of its own, and is otherwise by that of its call', async () => {
    const verdict = (retry: boolean) => (): Verdict => ({ health: 'neutral', retry })
    const call = await callWith({ classify: verdict(true) })
    const outcome = { ok: true, value: 1 } as const
    expect(judge(outcome, deriveCall(call, {})).retry).toBe(true)
    expect(judge(outcome, deriveCall(call, { classify: verdict(false) })).retry).toBe(false)
  })

  it('has no more time than its call', async () => {
    const clock = manualClock()
    const seen: number[] = []
    const deriving = policy('deriving', (next, call) => next(deriveCall(call, { attempt: 2 })))
    pipeline(deriving, bare(clock))
      .execute(
        (call) => {
          seen.push(call.remaining())
          return hanging()
        },
        { timeout: 70 },
      )
      .catch(() => {})
    expect(seen).toEqual([70])
  })

  it('is aborted with its call while something runs in it', async () => {
    const controller = new AbortController()
    let inside: Call | undefined
    const deriving = policy('deriving', (next, call) => next(deriveCall(call, { attempt: 2 })))
    const answer = errorOf(
      deriving.execute(
        (call) => {
          inside = call
          return hanging()
        },
        { signal: controller.signal },
      ),
    )
    controller.abort('stop')
    expect(await answer).toBe('stop')
    expect([inside?.aborted, inside?.signal.reason]).toEqual([true, 'stop'])
  })

  it('is aborted with its call before, between and after the runs in it', async () => {
    const seen: Record<string, unknown[]> = {}
    const controllers = { before: new AbortController(), between: new AbortController(), after: new AbortController() }
    for (const [when, controller] of Object.entries(controllers)) {
      const deriving = policy('deriving', async (next, call) => {
        const derived = deriveCall(call, { attempt: 2 })
        const { signal } = derived
        if (when === 'before') controller.abort(when)
        const first = await next(derived).catch(() => undefined)
        if (when === 'between') controller.abort(when)
        await next(derived).catch(() => {})
        if (when === 'after') controller.abort(when)
        seen[when] = [derived.aborted, derived.abortedBy, signal.aborted, signal.reason, derived.signal === signal]
        return first as never
      })
      await Promise.allSettled([deriving.execute(() => 1, { signal: controller.signal })])
      await new Promise(setImmediate)
    }
    for (const when of Object.keys(controllers))
      expect([when, seen[when]]).toEqual([when, [true, 'caller', true, when, true]])
  })

  it('is aborted from the start when its call is', async () => {
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
    controller.abort('stop')
    await answer
    const derived = deriveCall(call as Call, {})
    expect([derived.aborted, derived.abortedBy, derived.signal.reason]).toEqual([true, 'caller', 'stop'])
  })

  it.each<[keyof DerivedCallOptions, unknown, string]>([
    ['attempt', 0, 'RangeError: attempt must be an integer from 1 up, got 0'],
    ['attempt', -1, 'RangeError: attempt must be an integer from 1 up, got -1'],
    ['attempt', 1.5, 'RangeError: attempt must be an integer from 1 up, got 1.5'],
    ['attempt', Number.NaN, 'RangeError: attempt must be an integer from 1 up, got NaN'],
    ['attempt', Infinity, 'RangeError: attempt must be an integer from 1 up, got Infinity'],
    ['attempt', '2', "TypeError: attempt must be an integer from 1 up, got '2'"],
    ['key', 5, 'TypeError: key must be a string, got 5'],
    ['classify', 5, 'TypeError: classify must be a function, got 5'],
  ])('has facts that are checked: %s %j', async (option, value, message) => {
    const call = await callWith()
    expect(String(thrownBy(() => deriveCall(call, { [option]: value })))).toBe(message)
  })

  it('is derived from a call only', () => {
    expect(String(thrownBy(() => deriveCall({} as Call, {})))).toBe('TypeError: call must be a call, got {}')
  })

  it('has a priority and options that are checked', async () => {
    const call = await callWith()
    expect(String(thrownBy(() => deriveCall(call, { priority: 'high' as 'normal' })))).toMatch(
      /^RangeError: priority must/,
    )
    expect(String(thrownBy(() => deriveCall(call, null as never)))).toBe(
      'TypeError: options must be an object, got null',
    )
  })
})
