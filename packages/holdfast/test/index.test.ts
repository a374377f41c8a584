import * as admission from '@holdfast/admission'
import * as backoff from '@holdfast/backoff'
import * as budget from '@holdfast/budget'
import * as bulkhead from '@holdfast/bulkhead'
import * as circuitBreaker from '@holdfast/circuit-breaker'
import * as core from '@holdfast/core'
import * as fallback from '@holdfast/fallback'
import * as hedge from '@holdfast/hedge'
import * as rateLimit from '@holdfast/rate-limit'
import * as retry from '@holdfast/retry'
import * as shed from '@holdfast/shed'
import * as timeout from '@holdfast/timeout'
import { expect, it } from 'vitest'
import * as holdfast from '../src/index.ts'

const umbrella: Record<string, unknown> = holdfast

it.each([
  ['timeout', timeout],
  ['retry', retry],
  ['circuit-breaker', circuitBreaker],
  ['bulkhead', bulkhead],
  ['hedge', hedge],
  ['fallback', fallback],
  ['shed', shed],
])('has all that %s has, and it is the same', (_, all: Record<string, unknown>) => {
  for (const [name, value] of Object.entries(all)) expect(umbrella[name], name).toBe(value)
})

it.each([
  [
    'core',
    core,
    [
      'classify',
      'currentCall',
      'defaultClassify',
      'describe',
      'isRefusedError',
      'isResilienceError',
      'pipeline',
      'policy',
    ],
  ],
  ['core', core, ['RefusedError', 'ResilienceError', 'runInCall', 'systemClock', 'systemRandom', 'wrap', 'wrapCall']],
  ['backoff', backoff, ['exponential', 'constant']],
  ['budget', budget, ['budget']],
  [
    'rate-limit',
    rateLimit,
    [
      'all',
      'concurrency',
      'memoryLimiter',
      'memoryStore',
      'RateLimitError',
      'rateLimit',
      'sharedLimiter',
      'slidingWindow',
      'tokenBucket',
    ],
  ],
  ['admission', admission, ['codel', 'aimd', 'gradient', 'OverloadError']],
])('has what users hand to policies of %s', (_, all: Record<string, unknown>, names) => {
  for (const name of names) expect(umbrella[name], name).toBe(all[name])
})

it('leaves the inside of policies to those who write them', () => {
  expect(Object.keys(holdfast)).not.toEqual(expect.arrayContaining(['CallNode']))
  expect(Object.keys(holdfast).filter((name) => /^check|^judge|Queue$/.test(name))).toEqual([])
})

it('has presets', () => {
  expect(holdfast.standardPipeline).toBeTypeOf('function')
})
