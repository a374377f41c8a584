import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExpectation } from '../../src/verdict/expectation.ts'
import { judge } from '../../src/verdict/judge.ts'
import { runOf } from '../run-of.ts'

const parse = (text: string) => parseExpectation(text, 'server')

describe('an expectation', () => {
  it.each([
    ['p99 < 50ms', '<', 50],
    ['p99<50ms', '<', 50],
    ['  p99.9   <=  1.5 s ', '<=', 1_500],
    ['max < 800us', '<', 0.8],
    ['mean < 800µs', '<', 0.8],
    ['errors <= 1%', '<=', 0.01],
    ['errors <= 1 %', '<=', 0.01],
    ['errors <= 0', '<=', 0],
    ['goodput > 0.99', '>', 0.99],
    ['throughput >= 490/s', '>=', 490],
    ['throughput >= 1_000', '>=', 1_000],
    ['offered >= 10', '>=', 10],
    ['good.p50 < .5ms', '<', 0.5],
  ])('%j is read', (text, comparison, bound) => {
    expect(parse(text)).toMatchObject({ comparison, arms: ['server'], text: text.trim() })
    expect(parse(text).bound).toBeCloseTo(bound, 9)
  })

  it.each([
    ['', 'say a figure, <, <=, > or >=, and a bound'],
    ['p99', 'say a figure'],
    ['p99 = 50ms', 'say a figure'],
    ['p99 < fast', 'say a figure'],
    ['50ms > p99', 'say a figure'],
    ['p99 < 50', 'the bound of p99 is a time with its unit'],
    ['p99 < 50%', 'the bound of p99 is a time with its unit'],
    ['p99 < 50 msec', 'the bound of p99 is a time with its unit'],
    ['p99 < 1.2.3ms', 'the bound of p99 is a time with its unit'],
    ['p99 < -5ms', 'the bound of p99 is a time with its unit'],
    ['errors < 5ms', 'the bound of errors is a share'],
    ['errors <= 1', 'no share is above 1, which is 100%; one in a hundred is 1%'],
    ['goodput >= 101%', 'no share is above 1'],
    ['throughput > 5%', 'the bound of throughput is a number a second'],
    ['latency < 5ms', 'latency is no figure; say a percentile such as p50'],
    ['p101 < 5ms', 'p101 is no figure'],
  ])('%j is refused with a reason', (text, reason) => {
    expect(() => parse(text)).toThrow(reason)
    expect(() => parse(text)).toThrow(SyntaxError)
  })

  it('reads every bound as it was written', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.constantFrom('<', '<=', '>', '>='), (bound, comparison) => {
        expect(parse(`p50 ${comparison} ${bound}ms`)).toMatchObject({ bound, comparison })
      }),
    )
  })

  it('is judged as any verdict is', () => {
    const trial = { server: runOf([[0, 40, 200]]) }
    expect(judge(parse('p99 < 50ms'), [trial])).toMatchObject({ text: 'p99 < 50ms', passed: true, shown: '40 ms' })
    expect(judge(parse('p99 < 30ms'), [trial])).toMatchObject({ passed: false })
  })
})
