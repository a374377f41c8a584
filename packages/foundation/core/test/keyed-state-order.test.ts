import { describe, expect, it } from 'vitest'
import { keyedState } from '../src/index.ts'

function levels(maxKeys: number) {
  return keyedState({ maxKeys, create: (key) => ({ key, busy: false }), inUse: ({ busy }) => busy })
}

describe('a key that was in use when it was its turn to go', () => {
  it('is an idle key like others once it is idle and asked for', () => {
    const states = levels(2)
    const a = states.at('a')
    a.busy = true
    for (const key of ['b', 'c']) states.at(key)
    expect(states.peek('a')).toBe(a)
    a.busy = false
    expect([states.at('a'), states.at('a'), states.size]).toEqual([a, a, 2])
    expect(states.at('a')).toBe(a)
    // Longest idle of all is c, and then a.
    states.at('d')
    expect([...states.entries()].map(([key]) => key).sort()).toEqual(['a', 'd'])
    states.at('e')
    expect([...states.entries()].map(([key]) => key).sort()).toEqual(['d', 'e'])
  })

  it('keeps no idle key from being forgotten, however many such there are', () => {
    const states = levels(101)
    for (let n = 0; n < 100; n++) states.at(`busy ${n}`).busy = true
    states.at('idle')
    expect(states.at('newcomer').key).toBe('newcomer')
    expect(states.peek('idle')).toBeUndefined()
    expect(states.size).toBe(101)
  })
})

it('says of what the options are', () => {
  expect(() => keyedState(5 as never)).toThrow('options must be an object, got 5')
})
