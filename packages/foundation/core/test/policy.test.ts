import { describe, expect, it } from 'vitest'
import { definePolicy, describe as describePolicy, type PolicyDefinition, systemClock } from '../src/index.ts'
import { thrownBy } from './watched.ts'

const layer: PolicyDefinition['layer'] = (inner) => inner

describe('definePolicy', () => {
  it('is called its kind unless it is given a name', () => {
    expect(definePolicy({ kind: 'gate', layer }).name).toBe('gate')
    expect(definePolicy({ kind: 'gate', name: undefined, layer }).name).toBe('gate')
    expect(definePolicy({ kind: 'gate', name: 'orders', layer }).name).toBe('orders')
  })

  it('runs the operation inside its layer', async () => {
    const doubling = definePolicy({
      kind: 'doubling',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, { ok: (value) => sink.ok(value), fail: (error) => sink.fail([error, error]) }),
    })
    expect(await doubling.execute(() => 5)).toBe(5)
    await expect(
      doubling.execute(() => {
        throw 'no'
      }),
    ).rejects.toEqual(['no', 'no'])
  })

  it('lends its execute to whoever takes it', async () => {
    const { execute } = definePolicy({ kind: 'gate', layer })
    expect(await execute(() => 5)).toBe(5)
  })

  it('asks for its options when it is described, each time', () => {
    let limit = 1
    const changing = definePolicy({ kind: 'gate', layer, options: () => ({ limit }) })
    expect(describePolicy(changing).options).toEqual({ limit: 1 })
    limit = 2
    expect(describePolicy(changing).options).toEqual({ limit: 2 })
  })

  it.each<[option: string, value: unknown, type: string, rule: string]>([
    ['kind', undefined, 'TypeError', 'a string with at least one character'],
    ['kind', 5, 'TypeError', 'a string with at least one character'],
    ['kind', '', 'RangeError', 'a string with at least one character'],
    ['name', null, 'TypeError', 'a string with at least one character'],
    ['name', 5, 'TypeError', 'a string with at least one character'],
    ['name', '', 'RangeError', 'a string with at least one character'],
    ['layer', undefined, 'TypeError', 'a function'],
    ['layer', {}, 'TypeError', 'a function'],
    ['clock', null, 'TypeError', 'an object with'],
    ['clock', {}, 'TypeError', 'an object with'],
    ['clock', 5, 'TypeError', 'an object with'],
    ['clock', { ...systemClock, setTimer: 5 }, 'TypeError', 'an object with'],
    ['options', {}, 'TypeError', 'a function'],
    ['layers', [], 'TypeError', 'a function'],
  ])('names what is wrong: %s %j', (option, value, type, rule) => {
    const definition = { kind: 'gate', layer, [option]: value } as unknown as PolicyDefinition
    const error = thrownBy(() => definePolicy(definition))
    expect(error).toMatchObject({ name: type })
    expect(String(error)).toContain(`${option} must be ${rule}`)
    expect(String(error)).toMatch(/, got /)
  })
})
