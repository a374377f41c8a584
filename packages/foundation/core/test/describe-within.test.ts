import { expect, it } from 'vitest'
import { definePolicy, describe, describing } from '../src/index.ts'

const optionsOf = (options: object): object =>
  describe(definePolicy({ kind: 'gate', layer: (inner) => inner, options: () => options })).options

it('describes a function that describes itself, such as a backoff', () => {
  const about = { name: 'constant', policy: 'backoff', options: { ms: 5 } }
  const backoff = Object.assign(() => 5, { [describing]: () => about })
  expect(optionsOf({ backoff, plain: Math.max })).toEqual({ backoff: about, plain: 'max' })
})

it('says circular of what is found within itself', () => {
  const list: unknown[] = [1]
  list.push(list)
  const first: Record<string, unknown> = {}
  const second = { first }
  first['second'] = second
  expect(optionsOf({ list, first })).toEqual({ list: [1, 'circular'], first: { second: { first: 'circular' } } })
})

it('tells what is found twice, but not within itself, both times', () => {
  const shared = { max: 5 }
  expect(optionsOf({ one: shared, list: [shared, shared] })).toEqual({ one: shared, list: [shared, shared] })
})
