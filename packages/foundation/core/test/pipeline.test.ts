import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import {
  definePolicy,
  describe as describePolicy,
  type Policy,
  permit,
  pipeline,
  policy,
  type Run,
  systemClock,
} from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { errorOf, thrownBy, watched } from './watched.ts'

function noting(log: string[], name: string): Policy {
  return policy(name, async (next) => {
    log.push(`${name} in`)
    const answer = await next()
    log.push(`${name} out`)
    return answer
  })
}

describe('a pipeline', () => {
  it('has a net under a policy of another make, whose run may throw: permits around it come back', async () => {
    let taken = 0
    const holder = { giveBack: () => void taken-- }
    const holding = definePolicy({
      kind: 'holding',
      neverThrows: true,
      layer: (inner) => (call, operation, sink) => {
        taken++
        inner(call, operation, permit(call, sink, holder))
      },
    })
    class Foreign implements Policy {
      readonly name = 'foreign'
      private readonly error = new Error('a bug in a layer')
      layer(): Run {
        return () => {
          throw this.error
        }
      }
      execute(): Promise<never> {
        return Promise.reject(this.error)
      }
    }
    const error = await errorOf(pipeline(holding, new Foreign()).execute(() => 1))
    expect([String(error), taken]).toEqual(['Error: a bug in a layer', 0])
  })

  it('is called pipeline, or as it is named before its policies', async () => {
    const log: string[] = []
    const named = pipeline('payments', noting(log, 'a'), noting(log, 'b'))
    await named.execute(() => 1)
    expect([pipeline().name, named.name, log.join()]).toEqual(['pipeline', 'payments', 'a in,b in,b out,a out'])
    expect(describePolicy(named)).toMatchObject({ name: 'payments', policy: 'pipeline', layers: [{}, {}] })
  })

  it.each<[unknown[], string]>([
    [[''], "pipeline's name must be a string with at least one character, got ''"],
    [['payments', 5], "pipeline's argument 2 must be a policy, got 5"],
    [['payments', 'payments'], "pipeline's argument 2 must be a policy, got 'payments'"],
  ])('refuses what is neither a name nor a policy: %j', (given, message) => {
    expect(thrownBy(() => (pipeline as (...all: unknown[]) => unknown)(...given))).toMatchObject({ message })
  })

  it('runs its policies outermost first, nested or not', async () => {
    const log: string[] = []
    const [a, b, c] = ['a', 'b', 'c'].map((name) => noting(log, name)) as [Policy, Policy, Policy]
    const order = 'a in,b in,c in,c out,b out,a out'
    for (const one of [
      pipeline(a, b, c),
      pipeline(pipeline(a, b), c),
      pipeline(a, pipeline(b, c)),
      pipeline(pipeline(), a, pipeline(pipeline(b), pipeline()), c),
    ]) {
      log.length = 0
      await one.execute(() => 1)
      expect(log.join()).toBe(order)
    }
  })

  it('of nothing just runs the operation', async () => {
    expect(await pipeline().execute((call) => call.attempt)).toBe(1)
  })

  it('builds each policy in once, and no policy anew for a call', async () => {
    let built = 0
    const counting = definePolicy({
      kind: 'counting',
      layer: (inner) => {
        built++
        return inner
      },
    })
    const before = built
    const one = pipeline(counting)
    expect(built).toBe(before + 1)
    for (let n = 0; n < 3; n++) await one.execute(() => 1)
    expect(built).toBe(before + 1)
  })

  it('lets one policy stand in it twice, with one state', async () => {
    let runs = 0
    const counting = policy('counting', (next) => {
      runs++
      return next()
    })
    await pipeline(counting, counting).execute(() => 1)
    expect(runs).toBe(2)
  })

  it('lives by the clock of its outermost policy that has one, in a pipeline inside as well', async () => {
    const [first, second] = [manualClock(), manualClock()]
    const clockless = policy('clockless', (next) => next())
    expect(pipeline(clockless).clock).toBeUndefined()
    for (const one of [
      pipeline(clockless, bare(first), bare(second)),
      pipeline(clockless, pipeline(clockless, bare(first)), bare(second)),
    ]) {
      expect(one.clock).toBe(first)
      const answer = watched(one.execute(hanging, { timeout: 10 }))
      await first.advance(10)
      expect(answer.state).toBe('rejected')
    }
    expect(systemClock).not.toBe(first)
  })

  it('does not change with the array that it was made of', async () => {
    const log: string[] = []
    const policies = [noting(log, 'a')]
    const one = pipeline(...policies)
    policies.push(noting(log, 'b'))
    await one.execute(() => 1)
    expect(log).toEqual(['a in', 'a out'])
    expect(describePolicy(one).layers).toHaveLength(1)
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [{}, '{}'],
    [() => {}, 'a function'],
    [[bare(systemClock)], ''],
  ])('is made of policies and nothing else: not of %o', (wrong, shown) => {
    const error = thrownBy(() => pipeline(bare(systemClock), wrong as Policy))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toContain('argument 2 must be a policy, got ')
    expect(String(error)).toContain(shown)
  })
})
