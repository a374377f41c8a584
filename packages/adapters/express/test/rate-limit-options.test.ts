import { memoryStore, sharedLimiter, tokenBucket, tokenBucketLimit } from '@holdfast/rate-limit'
import { expect, it } from 'vitest'
import { rateLimit } from '../src/index.ts'

const limiter = tokenBucket({ rate: 1 })
const shared = sharedLimiter(memoryStore(), [tokenBucketLimit({ rate: 1 })])
const limiterRule = 'limiter must be an object with take(), reserve(), peek()'
const oneOfForms = "headers must be one of 'draft-11', 'legacy', 'none'"

it.each<[object | null | undefined, typeof TypeError | typeof RangeError, string]>([
  [undefined, TypeError, 'options must be an object, got undefined'],
  [null, TypeError, 'options must be an object, got null'],
  [{}, TypeError, `${limiterRule}, got undefined`],
  [{ limiter: 5 }, TypeError, `${limiterRule}, got 5`],
  [{ limiter: { take() {} } }, TypeError, limiterRule],
  [{ limiter: [] }, RangeError, 'limiters must be at least one limiter, got []'],
  [{ limiter: [shared] }, TypeError, 'limiters must be limiters in memory'],
  [{ limiter: [limiter, limiter] }, RangeError, 'name must be another one for each limit'],
  [{ limiter, key: 'ip' }, TypeError, "key must be a function, got 'ip'"],
  [{ limiter, cost: 1 }, TypeError, 'cost must be a function, got 1'],
  [{ limiter, skip: true }, TypeError, 'skip must be a function, got true'],
  [{ limiter, mode: 'dry' }, RangeError, "mode must be one of 'enforce', 'observe', got 'dry'"],
  [{ limiter, headers: 'draft-7' }, RangeError, `${oneOfForms}, got 'draft-7'`],
  [{ limiter, headers: true }, TypeError, `${oneOfForms}, got true`],
  [{ limiter, jitter: -0.1 }, RangeError, 'jitter must be a number from 0 up, got -0.1'],
  [{ limiter, jitter: Number.NaN }, RangeError, 'jitter must be a number from 0 up, got NaN'],
  [{ limiter, ipv6Prefix: 0 }, RangeError, 'ipv6Prefix must be an integer from 1 to 128, got 0'],
  [{ limiter, ipv6Prefix: '56' }, TypeError, "ipv6Prefix must be an integer from 1 to 128, got '56'"],
  [{ limiter, name: '' }, RangeError, "name must be a string with at least one character, got ''"],
  [{ limiter, onEvent: {} }, TypeError, 'onEvent must be a function, got {}'],
  [{ limiter, random: 0.5 }, TypeError, 'random must be a function, got 0.5'],
])('refuses %o', (options, kind, message) => {
  let thrown: unknown
  try {
    rateLimit(options as never)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(kind)
  expect((thrown as Error).message).toContain(message)
})

it('takes undefined for the default, and leaves its options alone', () => {
  const options = Object.freeze({
    limiter,
    key: undefined,
    cost: undefined,
    skip: undefined,
    mode: undefined,
    name: undefined,
  })
  expect(rateLimit(options)).toBeInstanceOf(Function)
})
