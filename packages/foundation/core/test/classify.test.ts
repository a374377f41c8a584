import { describe, expect, it } from 'vitest'
import {
  type Call,
  type Classify,
  classify,
  defaultClassify,
  deriveCall,
  judge,
  nodeOf,
  pipeline,
  policy,
} from '../src/index.ts'
import { thrownBy } from './watched.ts'

const saying =
  (health: 'success' | 'failure' | 'neutral'): Classify =>
  () => ({ health, retry: false })
const healthIn = (call: Call): string => judge({ ok: true, value: 1 }, call).health

describe('classify', () => {
  it('judges for everything inside it', async () => {
    const passing = policy('passing', (next) => next())
    const one = pipeline(passing, classify(saying('failure')), passing)
    expect(await one.execute(healthIn)).toBe('failure')
    expect(await classify(saying('neutral')).execute(healthIn)).toBe('neutral')
  })

  it('judges for the policies inside it and not for those outside', async () => {
    const seen: string[] = []
    const looking = policy('looking', (next, call) => {
      seen.push(healthIn(call))
      return next()
    })
    await pipeline(looking, classify(saying('failure')), looking).execute(() => 1)
    expect(seen).toEqual(['success', 'failure'])
  })

  it('gives way to one further in', async () => {
    const one = pipeline(classify(saying('failure')), classify(saying('neutral')))
    expect(await one.execute(healthIn)).toBe('neutral')
  })

  it('gives way to what the caller said for this call, however deep', async () => {
    const one = pipeline(classify(saying('failure')), pipeline(classify(saying('failure'))))
    expect(await one.execute(healthIn, { classify: saying('neutral') })).toBe('neutral')
    const deriving = policy('deriving', (next, call) => next(deriveCall(call, { attempt: 2 })))
    const deep = pipeline(deriving, classify(saying('failure')))
    expect(await deep.execute(healthIn, { classify: saying('neutral') })).toBe('neutral')
    expect(await deep.execute(healthIn)).toBe('failure')
  })

  it('leaves no trace in calls made within', async () => {
    const outer = classify(saying('failure'))
    expect(await outer.execute((call) => pipeline().execute(healthIn, { parent: call }))).toBe('success')
  })

  it('passes facts, answers and aborts through', async () => {
    const one = classify(saying('failure'))
    const controller = new AbortController()
    const facts = await one.execute(({ key, priority, context, attempt }) => ({ key, priority, context, attempt }), {
      key: 'k',
      priority: 'critical',
      context: 7,
      signal: controller.signal,
    })
    expect(facts).toEqual({ key: 'k', priority: 'critical', context: 7, attempt: 1 })
    let call: Call | undefined
    const answer = one.execute(
      (given) => {
        call = given
        return new Promise(() => {})
      },
      { signal: controller.signal },
    )
    controller.abort('stop')
    await expect(answer).rejects.toBe('stop')
    expect(call?.signal.reason).toBe('stop')
    expect(nodeOf(call as Call).facts.classify).toBeTypeOf('function')
  })

  it('is asked with the outcome and the call', async () => {
    const asked: unknown[][] = []
    const asking: Classify = (outcome, call) => {
      asked.push([outcome, call])
      return defaultClassify(outcome, call)
    }
    const boom = new Error('boom')
    await classify(asking).execute((call) => {
      judge({ ok: false, error: boom, duration: 5 }, call)
      judge({ ok: true, value: 'fine' }, call)
      expect(asked.map(([, of]) => of)).toEqual([call, call])
    })
    expect(asked.map(([outcome]) => outcome)).toEqual([
      { ok: false, error: boom, duration: 5 },
      { ok: true, value: 'fine' },
    ])
  })

  it.each([[undefined], [null], ['strict'], [{}], [5]])('is made of a function: not of %o', (fn) => {
    const error = thrownBy(() => classify(fn as unknown as Classify))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toMatch(/^TypeError: classify must be a function, got /)
  })
})
