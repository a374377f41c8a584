import { type Budget, budget } from '@holdfast/budget'
import { systemClock } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { type HedgeOptions, hedge } from '../src/index.ts'
import { resolveOptions } from '../src/options.ts'

const share = 'maxExtraLoad must be a number from 0.000001 to 1, got'
const time = 'delay must be a number of milliseconds from 0 up, or Infinity, got'
const hedges = 'maxHedges must be an integer from 1 up, got'
const samples = 'minSamples must be an integer from 1 up, got'

const wrongTypes: [unknown, string][] = [
  [null, 'options must be an object, got null'],
  [10, 'options must be an object, got 10'],
  [{ maxExtraLoad: '5 %' }, `${share} '5 %'`],
  [{ maxExtraLoad: null }, `${share} null`],
  [{ delay: '10' }, `${time} '10'`],
  [{ delay: null }, `${time} null`],
  [{ maxHedges: true }, `${hedges} true`],
  [{ minSamples: '7' }, `${samples} '7'`],
  [{ budget: 5 }, 'budget must be an object with deposit(), withdraw(), refund(), got 5'],
  [{ budget: null }, 'budget must be an object with deposit(), withdraw(), refund(), got null'],
  [{ budget: {} }, 'budget must be an object with deposit(), withdraw(), refund(), got {}'],
  [{ onDiscard: 1 }, 'onDiscard must be a function, got 1'],
  [{ onEvent: {} }, 'onEvent must be a function, got {}'],
  [{ name: 7 }, 'name must be a string with at least one character, got 7'],
  [{ clock: {} }, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
]

const wrongValues: [object, string][] = [
  [{ maxExtraLoad: 0 }, `${share} 0`],
  [{ maxExtraLoad: 1.01 }, `${share} 1.01`],
  [{ maxExtraLoad: -0.1 }, `${share} -0.1`],
  [{ maxExtraLoad: Number.NaN }, `${share} NaN`],
  [{ maxExtraLoad: Infinity }, `${share} Infinity`],
  [{ delay: -1 }, `${time} -1`],
  [{ delay: Number.NaN }, `${time} NaN`],
  [{ maxHedges: 0 }, `${hedges} 0`],
  [{ maxHedges: 1.5 }, `${hedges} 1.5`],
  [{ maxHedges: Infinity }, `${hedges} Infinity`],
  [{ minSamples: 0 }, `${samples} 0`],
  [{ minSamples: 2.5 }, `${samples} 2.5`],
  [{ name: '' }, "name must be a string with at least one character, got ''"],
]

describe('options', () => {
  it.each(wrongTypes)('of the wrong type are refused: %o', (options, message) => {
    expect(() => hedge(options as HedgeOptions)).toThrow(new TypeError(message))
  })

  it.each(wrongValues)('of the wrong value are refused: %o', (options, message) => {
    expect(() => hedge(options)).toThrow(new RangeError(message))
  })

  it.each([
    { maxExtraLoad: 1 },
    { maxExtraLoad: 0.000_1 },
    { delay: 0 },
    { delay: 0.5 },
    { delay: Infinity },
    { delay: () => 5 },
    { minSamples: 1 },
    { minSamples: Infinity },
    { maxHedges: 10 },
    { budget: budget() },
  ])('are taken to the edge: %o', (options) => {
    expect(() => hedge(options)).not.toThrow()
  })

  it('take undefined for the default', () => {
    const undefinedOnes: Required<HedgeOptions> = {
      maxExtraLoad: undefined,
      delay: undefined,
      maxHedges: undefined,
      budget: undefined,
      minSamples: undefined,
      onDiscard: undefined,
      onEvent: undefined,
      name: undefined,
      clock: undefined,
    }
    for (const options of [{}, undefinedOnes]) {
      const { rules, ...rest } = resolveOptions(options)
      expect(rest).toEqual({ onDiscard: undefined, onEvent: undefined, name: 'hedge', clock: systemClock })
      const { budget: account, ...others } = rules
      expect(others).toEqual({ maxExtraLoad: 0.05, delay: undefined, maxHedges: 1, minSamples: 100 })
      expect(account.balance).toBe(5)
    }
  })

  it('are neither changed nor kept: two policies of one object share nothing', async () => {
    const options: HedgeOptions = Object.freeze({ maxExtraLoad: 0.5 })
    const [one, two] = [hedge(options), hedge(options)]
    for (let i = 0; i < 10; i++) await one.execute(() => 'x')
    expect(one.snapshot()).toMatchObject({ samples: 10, balance: 10 })
    expect(two.snapshot()).toMatchObject({ samples: 0, balance: 5 })
  })

  it('are checked by update, too, which then changes nothing', () => {
    const policy = hedge({ delay: 10 })
    for (const [options, message] of [...wrongTypes, ...wrongValues]) {
      if (options === null || typeof options !== 'object') continue
      const [name = ''] = Object.keys(options)
      if (!['maxExtraLoad', 'delay', 'maxHedges', 'minSamples', 'budget'].includes(name)) continue
      expect(() => policy.update(options)).toThrow(message)
    }
    expect(policy.snapshot().delay).toBe(10)
  })

  it('take any budget that deposits, withdraws and refunds', async () => {
    let withdrawn = 0
    const own: Budget = {
      deposit: () => {},
      withdraw: () => ++withdrawn < 2,
      refund: () => {},
      balance: 0,
    }
    const policy = hedge({ budget: own })
    await policy.execute(() => Promise.reject(new Error())).catch(() => {})
    expect(withdrawn).toBe(1)
  })
})
