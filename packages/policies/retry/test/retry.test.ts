import { constant, exponential } from '@holdfast/backoff'
import { budget } from '@holdfast/budget'
import { describe as description, pipeline } from '@holdfast/core'
import { manualClock, recordEvents, seededRandom } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type RetryEvent, type RetryOptions, retry } from '../src/index.ts'
import { fails, gives, script } from './script.ts'
import { boom, settled, steady, wait } from './steady.ts'
import { watched } from './watched.ts'

describe('attempts', () => {
  it('are no more than maxAttempts, the first one included', async () => {
    for (const maxAttempts of [1, 2, 3, 7]) {
      const { clock, policy } = steady({ maxAttempts, budget: budget({ initial: 10 }) })
      const operation = script(clock, fails(boom))
      expect(await settled(clock, policy.execute(operation))).toBe(boom)
      expect(operation.calls).toBe(maxAttempts)
      expect(operation.attempts).toEqual(Array.from({ length: maxAttempts }, (_, index) => index + 1))
    }
  })

  it('are three when nothing is said', async () => {
    const clock = manualClock()
    const operation = script(clock, fails(boom))
    expect(await settled(clock, retry({ clock }).execute(operation))).toBe(boom)
    expect(operation.calls).toBe(3)
  })

  it('end with the first success', async () => {
    const { clock, policy } = steady()
    const operation = script(clock, fails(boom), gives('at last'))
    expect(await settled(clock, policy.execute(operation))).toBe('at last')
    expect(operation.times).toEqual([0, wait])
  })

  it('are one when all goes well, and nothing waits', async () => {
    const { clock, policy } = steady()
    expect(await policy.execute(() => 'fine')).toBe('fine')
    expect(await policy.execute(async () => 'fine')).toBe('fine')
    expect([clock.pending, clock.retained]).toEqual([0, 0])
  })

  it('wait as the backoff says, which is asked with the number of the attempt that failed', async () => {
    const asked: number[] = []
    const { clock, policy } = steady({
      maxAttempts: 4,
      backoff: (attempt, random) => {
        asked.push(attempt)
        return attempt * 10 + random()
      },
      random: () => 0.5,
    })
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect(asked).toEqual([1, 2, 3])
    expect(operation.times).toEqual([0, 10.5, 31, 61.5])
  })

  it('wait for exponentially growing, fully jittered times when nothing is said', async () => {
    const times = async (seed: number): Promise<readonly number[]> => {
      const clock = manualClock()
      const operation = script(clock, fails(boom))
      await settled(clock, retry({ clock, random: seededRandom(seed) }).execute(operation))
      return operation.times
    }
    const random = seededRandom(4)
    const [first, second] = [exponential()(1, random), exponential()(2, random)]
    expect(await times(4)).toEqual([0, first, first + second])
    expect(await times(5)).not.toEqual(await times(4))
  })

  it('may follow each other without a wait', async () => {
    const { clock, policy } = steady({ backoff: constant(0), maxAttempts: 10, budget: budget({ initial: 20 }) })
    const operation = script(clock, fails(boom))
    expect(await settled(clock, policy.execute(operation))).toBe(boom)
    expect(operation.times).toEqual(new Array(10).fill(0))
  })

  it('are counted anew by a retry within a retry', async () => {
    const clock = manualClock()
    const options = { backoff: constant(1), clock, maxAttempts: 2 }
    const operation = script(clock, fails(boom))
    await settled(clock, pipeline(retry(options), retry(options)).execute(operation))
    expect(operation.attempts).toEqual([1, 2, 1, 2])
  })
})

describe('the last failure', () => {
  it.each<[string, unknown]>([
    ['an error', boom],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'boom'],
    ['a frozen object', Object.freeze({ code: 7 })],
  ])('comes out as it is: %s', async (_, error) => {
    const { clock, policy } = steady()
    expect(await settled(clock, policy.execute(script(clock, fails(boom), fails(error))))).toBe(error)
    const sync = steady()
    const operation = (): never => {
      throw error
    }
    expect(await settled(sync.clock, sync.policy.execute(operation))).toBe(error)
  })

  it('leaves the earlier ones readable in the exhausted event', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ onEvent: recorded })
    const errors = [new Error('first'), new Error('second'), new Error('third')]
    expect(await settled(clock, policy.execute(script(clock, ...errors.map(fails))))).toBe(errors[2])
    expect(recorded.last).toMatchObject({ type: 'retry.exhausted', attempts: 3 })
    expect(recorded.of('retry.exhausted')[0]?.errors).toEqual(errors)
  })
})

describe('update', () => {
  it('changes what is given for the decisions from then on, and leaves the rest', async () => {
    const { clock, policy } = steady()
    const operation = script(clock, fails(boom))
    const seen = watched(policy.execute(operation))
    await clock.settle()
    policy.update({ maxAttempts: 2 })
    await clock.runAll()
    expect([seen.error, operation.times]).toEqual([boom, [0, wait]])
    policy.update({ backoff: constant(7), maxAttempts: undefined })
    const other = script(clock, fails(boom))
    const before = clock.now()
    await settled(clock, policy.execute(other))
    expect(other.times).toEqual([before, before + 7])
  })

  it('reaches every pipeline that the policy stands in', async () => {
    const { clock, policy } = steady()
    const one = pipeline(policy)
    policy.update({ maxAttempts: 1 })
    const operation = script(clock, fails(boom))
    await settled(clock, one.execute(operation))
    expect(operation.calls).toBe(1)
  })

  it('keeps what the budget holds, unless it is given another one', async () => {
    const account = budget({ initial: 2, ratio: 0 })
    const { clock, policy } = steady({ budget: account, maxAttempts: 2 })
    await settled(clock, policy.execute(script(clock, fails(boom))))
    policy.update({ maxAttempts: 9, shouldRetry: () => true, retryRefused: true, maxWait: 5_000 })
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect(operation.calls).toBe(2)
    policy.update({ budget: budget({ initial: 4, ratio: 0 }) })
    const richer = script(clock, fails(boom))
    await settled(clock, policy.execute(richer))
    expect(richer.calls).toBe(5)
  })

  it('pays back to the budget that was drawn on', async () => {
    const [old, young] = [budget({ initial: 2, ratio: 0 }), budget({ initial: 2, ratio: 0 })]
    const { clock, policy } = steady({ budget: old })
    const caller = new AbortController()
    watched(policy.execute(script(clock, fails(boom)), { signal: caller.signal }))
    await clock.settle()
    policy.update({ budget: young })
    caller.abort()
    await clock.runAll()
    expect([old.balance, young.balance]).toEqual([2, 2])
  })

  it('with a bad option throws and changes nothing', async () => {
    const { clock, policy } = steady()
    expect(() => policy.update({ maxAttempts: 9, maxWait: -1 })).toThrow(
      'maxWait must be a number of milliseconds above 0, or Infinity, got -1',
    )
    expect(() => policy.update(undefined as unknown as RetryOptions)).toThrow(TypeError)
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect(operation.calls).toBe(3)
  })
})

describe('describe', () => {
  it('shows the options in force', () => {
    const policy = retry({
      name: 'orders',
      budget: budget({ ratio: 0.2, initial: 10, max: 10 }),
      shouldRetry: function careful() {
        return undefined
      },
    })
    expect(description(policy)).toEqual({
      name: 'orders',
      policy: 'retry',
      options: {
        maxAttempts: 3,
        backoff: {
          name: 'exponential',
          policy: 'backoff',
          options: { base: 100, factor: 2, cap: 20_000, jitter: 'full' },
        },
        budget: { name: 'budget', policy: 'budget', options: { ratio: 0.2, initial: 10, max: 10 } },
        shouldRetry: 'careful',
        retryRefused: false,
        maxWait: 60_000,
      },
    })
    policy.update({ maxAttempts: 5, backoff: (attempt) => attempt })
    expect(description(policy).options).toMatchObject({ maxAttempts: 5, backoff: 'backoff' })
    expect(JSON.parse(JSON.stringify(description(policy)))).toEqual(description(policy))
  })
})
