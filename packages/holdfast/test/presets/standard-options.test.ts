import { describe, expect, it } from 'vitest'
import { describe as describePolicy, type StandardPipelineOptions, standardPipeline, timeout } from '../../src/index.ts'

const share = 'maxExtraLoad must be a number from 0.000002 to 1, got'
const limit = 'must be a number of milliseconds above 0, or Infinity, got'

describe('facts', () => {
  it.each<[unknown, string]>([
    [null, 'options must be an object, got null'],
    [{ timeout: '5s' }, `timeout ${limit} '5s'`],
    [{ attemptTimeout: null }, `attemptTimeout ${limit} null`],
    [{ maxAttempts: '3' }, "maxAttempts must be an integer from 1 up, got '3'"],
    [{ maxExtraLoad: '5 %' }, `${share} '5 %'`],
    [{ idempotent: 'yes' }, "idempotent must be true or false, got 'yes'"],
    [{ maxConcurrent: '10' }, "maxConcurrent must be an integer from 1 up, got '10'"],
    [{ maxQueued: '10' }, "maxQueued must be an integer from 0 up, or Infinity, got '10'"],
    [{ breaker: true }, 'breaker must be options, a circuit breaker or false, got true'],
    [{ breaker: null }, 'breaker must be options, a circuit breaker or false, got null'],
    [{ breaker: [] }, 'breaker must be options, a circuit breaker or false, got []'],
    [{ backoff: 100 }, 'backoff must be a function, got 100'],
    [{ budget: 5 }, 'budget must be an object with deposit(), withdraw(), refund(), got 5'],
    [{ budget: null }, 'budget must be an object with deposit(), withdraw(), refund(), got null'],
    [{ classify: {} }, 'classify must be a function, got {}'],
    [{ onDiscard: 1 }, 'onDiscard must be a function, got 1'],
    [{ onEvent: {} }, 'onEvent must be a function, got {}'],
    [{ nothingRan: true }, 'nothingRan must be a function, got true'],
    [{ key: 'host' }, "key must be a function, got 'host'"],
    [{ mode: true }, "mode must be one of 'enforce', 'observe', got true"],
    [{ name: 7 }, 'name must be a string with at least one character, got 7'],
    [{ clock: {} }, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
    [{ random: 4 }, 'random must be a function, got 4'],
  ])('of the wrong type are refused: %o', (options, message) => {
    expect(() => standardPipeline(options as StandardPipelineOptions)).toThrow(new TypeError(message))
  })

  it.each<[StandardPipelineOptions, string]>([
    [{ timeout: 0 }, `timeout ${limit} 0`],
    [{ attemptTimeout: -1 }, `attemptTimeout ${limit} -1`],
    [{ maxAttempts: 0 }, 'maxAttempts must be an integer from 1 up, got 0'],
    [{ maxExtraLoad: 0 }, `${share} 0`],
    [{ maxExtraLoad: 1.5 }, `${share} 1.5`],
    [{ maxConcurrent: 0 }, 'maxConcurrent must be an integer from 1 up, got 0'],
    [{ maxConcurrent: 1, maxQueued: -1 }, 'maxQueued must be an integer from 0 up, or Infinity, got -1'],
    [{ breaker: { minCalls: 0 } }, 'minCalls must be an integer from 1 up, got 0'],
    [{ mode: 'watch' as 'observe' }, "mode must be one of 'enforce', 'observe', got 'watch'"],
    [{ name: '' }, "name must be a string with at least one character, got ''"],
  ])('of the wrong value are refused: %o', (options, message) => {
    expect(() => standardPipeline(options)).toThrow(new RangeError(message))
  })

  it('refuse a policy that is no breaker', () => {
    const breaker = timeout(5) as unknown as NonNullable<StandardPipelineOptions['breaker']>
    expect(() => standardPipeline({ breaker })).toThrow('breaker must be an object with layer(), state(), isolate()')
  })

  it('take undefined for the default', () => {
    const names = [
      'timeout',
      'attemptTimeout',
      'maxAttempts',
      'maxExtraLoad',
      'idempotent',
      'maxConcurrent',
      'maxQueued',
      'nothingRan',
      'fallback',
      'key',
      'mode',
    ]
    const more = ['breaker', 'backoff', 'budget', 'classify', 'onDiscard', 'onEvent', 'name', 'clock', 'random']
    const given = Object.fromEntries([...names, ...more].map((name) => [name, undefined]))
    expect(describePolicy(standardPipeline(given))).toEqual(describePolicy(standardPipeline()))
  })

  it('are neither changed nor kept: two pipelines of one object share nothing', async () => {
    const facts: StandardPipelineOptions = Object.freeze({ breaker: Object.freeze({ consecutive: 1 }), maxAttempts: 1 })
    const [one, two] = [standardPipeline(facts), standardPipeline(facts)]
    await one.execute(() => Promise.reject(new Error())).catch(() => {})
    expect([one.breaker?.state(), two.breaker?.state()]).toEqual(['open', 'closed'])
    expect(one.budget).not.toBe(two.budget)
  })
})
