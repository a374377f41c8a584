import { manualClock } from '@holdfast/testing'
import { describe, expect, it, vi } from 'vitest'
import { type Call, type CallOptions, type Policy, pipeline, policy, wrap, wrapCall } from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { errorOf, thrownBy, watched } from './watched.ts'

const free = pipeline()

class Shop {
  readonly tax: number

  constructor(tax: number) {
    this.tax = tax
  }

  price(net: number, amount: number): number {
    return (net + this.tax) * amount
  }

  wrapped: (net: number, amount: number) => Promise<number> = wrap(free, this.price)

  called: (net: number) => Promise<string> = wrapCall(free, function (this: Shop, call: Call, net: number) {
    return `${call.attempt}: ${net + this.tax}`
  })
}

describe('wrap', () => {
  it('keeps the arguments and this', async () => {
    expect(await new Shop(1).wrapped(2, 3)).toBe(9)
    const shop = {
      tax: 10,
      price: wrap(free, Shop.prototype.price as (this: { tax: number }, n: number, a: number) => number),
    }
    expect(await shop.price(1, 2)).toBe(22)
  })

  it('passes on as many arguments as it is given', async () => {
    const counting = wrap(free, (...args: unknown[]) => args)
    expect(await counting()).toEqual([])
    expect(await counting(undefined)).toEqual([undefined])
    expect(await counting(1, undefined, 3)).toEqual([1, undefined, 3])
  })

  it('always gives a promise: of a value, of what was thrown, of what was promised', async () => {
    const boom = new Error('boom')
    expect(await wrap(free, () => 5)()).toBe(5)
    expect(await wrap(free, async () => 5)()).toBe(5)
    const throwing = wrap(free, (): number => {
      throw boom
    })
    expect(await errorOf(throwing())).toBe(boom)
    expect(await errorOf(wrap(free, () => Promise.reject(boom))())).toBe(boom)
  })

  it('keeps the name of the function', () => {
    function greet() {}
    expect(wrap(free, greet).name).toBe('greet')
    expect(wrapCall(free, greet).name).toBe('greet')
    expect(wrap(free, () => 1).name).toBe('')
  })

  it('runs under the policy, as often as that says', async () => {
    const twice: Policy = policy('twice', (next) => next().catch(() => next()))
    let runs = 0
    const flaky = wrap(twice, (by: number) => {
      runs += by
      if (runs === by) throw new Error('flaky')
      return runs
    })
    expect(await flaky(2)).toBe(4)
  })

  it('asks for the options of each call with its arguments', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const options = vi.fn(
      (id: string, ms: number): CallOptions => ({ key: id, timeout: ms, signal: controller.signal }),
    )
    const slow = wrap(bare(clock), (_id: string, _ms: number) => hanging(), { options })
    const answers = [slow('a', 10), slow('b', 20)].map(watched)
    await clock.advance(10)
    controller.abort('stop')
    await clock.settle()
    expect(options.mock.calls).toEqual([
      ['a', 10],
      ['b', 20],
    ])
    expect(answers[0]?.error).toMatchObject({ timeout: 10 })
    expect(answers[1]?.error).toBe('stop')
  })

  it('takes no answer of the options function for none', async () => {
    expect(await wrap(free, (n: number) => n, { options: () => undefined })(5)).toBe(5)
    expect(await wrap(free, (n: number) => n, { options: undefined })(5)).toBe(5)
    expect(await wrap(free, (n: number) => n, {})(5)).toBe(5)
  })

  it('rejects with what the options function throws, and with what is wrong with its answer', async () => {
    const boom = new Error('boom')
    let started = 0
    const failing = wrap(free, () => started++, {
      options: () => {
        throw boom
      },
    })
    expect(await errorOf(failing())).toBe(boom)
    const wrong = wrap(free, () => started++, { options: () => ({ timeout: -5 }) })
    expect(await errorOf(wrong())).toMatchObject({ name: 'RangeError' })
    const nonsense = wrap(free, () => started++, { options: () => 5 as unknown as CallOptions })
    expect(await errorOf(nonsense())).toMatchObject({ name: 'TypeError' })
    expect(started).toBe(0)
  })
})

describe('wrapCall', () => {
  it('gives the function its call before the arguments, and keeps this', async () => {
    expect(await new Shop(1).called(5)).toBe('1: 6')
    const asking = wrapCall(free, (call, key: string) => call.key === key, { options: (key) => ({ key }) })
    expect(await asking('orders')).toBe(true)
  })
})

describe('wrong arguments of wrap and wrapCall', () => {
  const fn = () => 1
  it.each<[string, unknown[], string]>([
    ['no policy', [undefined, fn], 'policy must be a policy, got undefined'],
    ['no policy', [null, fn], 'policy must be a policy, got null'],
    ['no policy', [{}, fn], 'policy must be a policy, got {}'],
    ['no policy', [fn, fn], 'policy must be a policy, got a function'],
    ['no function', [free, undefined], 'fn must be a function, got undefined'],
    ['no function', [free, 'fn'], "fn must be a function, got 'fn'"],
    ['options that are none', [free, fn, null], 'options must be an object, got null'],
    ['options that are none', [free, fn, 5], 'options must be an object, got 5'],
    ['an options option that is none', [free, fn, { options: 5 }], 'options must be a function, got 5'],
    ['an options option that is none', [free, fn, { options: null }], 'options must be a function, got null'],
    ['an options option that is none', [free, fn, { options: { key: 'k' } }], 'options must be a function, got'],
  ])('throw at once: %s', (_, args, message) => {
    for (const wrapping of [wrap, wrapCall] as unknown as ((...args: unknown[]) => unknown)[]) {
      const error = thrownBy(() => wrapping(...args))
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toContain(message)
    }
  })
})
