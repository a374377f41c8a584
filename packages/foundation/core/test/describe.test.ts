import { describe, expect, it } from 'vitest'
import {
  classify,
  defaultClassify,
  definePolicy,
  describe as describePolicy,
  describing,
  type Policy,
  pipeline,
  policy,
} from '../src/index.ts'
import { thrownBy } from './watched.ts'

const withOptions = (options: object): Policy =>
  definePolicy({ kind: 'gate', layer: (inner) => inner, options: () => options })
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('describe', () => {
  it('tells names, kinds, options and order', () => {
    function around<T>(next: () => Promise<T>): Promise<T> {
      return next()
    }
    const one = pipeline(policy('mine', around), pipeline(classify(defaultClassify)), withOptions({ limit: 5 }))
    expect(describePolicy(one)).toEqual({
      name: 'pipeline',
      policy: 'pipeline',
      options: {},
      layers: [
        { name: 'mine', policy: 'custom', options: { around: 'around' } },
        {
          name: 'pipeline',
          policy: 'pipeline',
          options: {},
          layers: [{ name: 'classify', policy: 'classify', options: { classify: 'defaultClassify' } }],
        },
        { name: 'gate', policy: 'gate', options: { limit: 5 } },
      ],
    })
  })

  it('survives JSON, whatever the options are', () => {
    class Queue {
      readonly length = 3
    }
    const budget = {
      [describing]: () => ({ name: 'shared', policy: 'budget', options: { max: Infinity, random: Math.random } }),
    }
    const loop: { name: string; self?: unknown } = { name: 'loop' }
    loop.self = loop
    const described = describePolicy(
      pipeline(
        withOptions({
          none: undefined,
          nothing: null,
          forever: Infinity,
          never: -Infinity,
          unknown: Number.NaN,
          many: 2n ** 70n,
          tag: Symbol('tag'),
          onEvent: () => {},
          named: Math.max,
          list: [1, undefined, Infinity, Math.min, { deep: Infinity }],
          when: new Date(0),
          pattern: /x+/i,
          keys: new Map([['a', 1]]),
          set: new Set([1]),
          queue: new Queue(),
          budget,
          budgets: [budget],
          loop,
        }),
      ),
    )
    expect(plain(described)).toEqual(described)
    expect(described.layers?.[0]?.options).toMatchObject({
      nothing: null,
      forever: 'Infinity',
      onEvent: 'onEvent',
      named: 'max',
      budget: { name: 'shared', policy: 'budget', options: { max: 'Infinity', random: 'random' } },
    })
    expect(described.layers?.[0]?.options).not.toHaveProperty('none')
  })

  it('says anonymous of a function that has no name', () => {
    expect(describePolicy(withOptions({ list: [() => 1] })).options).toEqual({ list: ['anonymous'] })
  })

  it('hands out what nobody else has', () => {
    const limits = { list: [1, 2], deep: { max: 5 } }
    const one = withOptions(limits)
    const described = describePolicy(one).options as typeof limits
    described.list.push(3)
    described.deep.max = 6
    expect(limits).toEqual({ list: [1, 2], deep: { max: 5 } })
    expect(describePolicy(one).options).toEqual({ list: [1, 2], deep: { max: 5 } })
  })

  it('says what it can of a policy that does not describe itself', () => {
    const { name, layer, execute } = withOptions({})
    const foreign: Policy = { name, layer, execute }
    expect(describePolicy(pipeline(foreign)).layers).toEqual([{ name: 'gate', policy: 'custom', options: {} }])
  })

  it.each([[undefined], [null], [5]])('says that it wants a policy: %o', (wrong) => {
    const error = thrownBy(() => describePolicy(wrong as unknown as Policy))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toMatch(/policy must be a policy, got /)
  })
})
