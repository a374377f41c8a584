import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeyedStateOptions, keyedState } from '../src/index.ts'
import { thrownBy } from './watched.ts'

interface Level {
  readonly key: string | undefined
  readonly serial: number
  busy: boolean
}

function levels(maxKeys: number) {
  let serial = 0
  const overflowed: string[] = []
  const states = keyedState<Level>({
    maxKeys,
    create: (key) => ({ key, serial: serial++, busy: false }),
    inUse: ({ busy }) => busy,
    onOverflow: (key) => overflowed.push(key),
  })
  return { states, overflowed }
}

describe('keyed state', () => {
  it('keeps one state for each key', () => {
    const { states } = levels(3)
    const a = states.at('a')
    expect(a.key).toBe('a')
    expect(states.at('a')).toBe(a)
    expect(states.at('b')).not.toBe(a)
    expect(states.size).toBe(2)
  })

  it('takes no room before there is a key', () => {
    const before = process.memoryUsage().rss
    for (let made = 0; made < 20; made++) levels(16_000_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  })

  it('forgets the key that was idle for longest', () => {
    const { states } = levels(2)
    const [a, b] = [states.at('a'), states.at('b')]
    states.at('a')
    states.at('c')
    expect(states.peek('b')).toBeUndefined()
    expect(states.at('a')).toBe(a)
    expect(states.at('b')).not.toBe(b)
    expect(states.size).toBe(2)
  })

  it('peeks without making a state and without counting as a use', () => {
    const { states } = levels(2)
    expect(states.peek('a')).toBeUndefined()
    expect(states.size).toBe(0)
    const a = states.at('a')
    states.at('b')
    expect(states.peek('a')).toBe(a)
    states.at('c')
    expect(states.peek('a')).toBeUndefined()
  })

  it('never forgets a key in use, however many others come and go', () => {
    const { states, overflowed } = levels(3)
    const open = states.at('open')
    open.busy = true
    for (let n = 0; n < 1_000; n++) states.at(`rotating ${n}`)
    expect(states.at('open')).toBe(open)
    expect([states.size, overflowed]).toEqual([3, []])
  })

  it('lets one overflow decide for the newcomers when all are in use, and tells each time', () => {
    const { states, overflowed } = levels(2)
    for (const key of ['a', 'b']) states.at(key).busy = true
    const overflow = states.at('c')
    expect(overflow.key).toBeUndefined()
    expect(states.at('d')).toBe(overflow)
    expect(states.at('c')).toBe(overflow)
    expect(overflowed).toEqual(['c', 'd', 'c'])
    expect(states.size).toBe(2)
    expect(states.peek('c')).toBeUndefined()
  })

  it('gives a newcomer a state of its own as soon as one of the others is idle', () => {
    const { states } = levels(2)
    const [a, b] = [states.at('a'), states.at('b')]
    for (const one of [a, b]) one.busy = true
    states.at('c')
    a.busy = false
    expect(states.at('c').key).toBe('c')
    expect(states.peek('a')).toBeUndefined()
    expect(states.at('b')).toBe(b)
  })

  it('says who decides for a key: its own state, the overflow, or nobody yet', () => {
    const { states, overflowed } = levels(2)
    const [a, b] = [states.at('a'), states.at('b')]
    for (const one of [a, b]) one.busy = true
    expect([states.deciding('a'), states.deciding('c')]).toEqual([a, undefined])
    const overflow = states.at('c')
    expect(['b', 'c', 'new'].map((key) => states.deciding(key))).toEqual([b, overflow, overflow])
    a.busy = false
    expect(['a', 'c', 'new'].map((key) => states.deciding(key))).toEqual([a, undefined, undefined])
    expect([overflowed, states.size, states.peek('a')]).toEqual([['c'], 2, a])
    expect(states.at('c').key).toBe('c')
  })

  it('finds the one that is said to be idle among very many in use', () => {
    const { states, overflowed } = levels(500)
    const all = Array.from({ length: 500 }, (_, n) => states.at(`key ${n}`))
    for (const one of all) one.busy = true
    states.at('newcomer')
    expect(overflowed).toHaveLength(1)
    const idle = all[400] as Level
    idle.busy = false
    states.idle('key 400')
    expect(states.at('newcomer').key).toBe('newcomer')
    expect(states.peek('key 400')).toBeUndefined()
  })

  it('keeps with one key only that one', () => {
    const { states, overflowed } = levels(1)
    const a = states.at('a')
    a.busy = true
    expect(states.at('b').key).toBeUndefined()
    a.busy = false
    expect(states.at('b').key).toBe('b')
    expect([states.size, overflowed]).toEqual([1, ['b']])
  })

  it('lists every known key, and not the overflow', () => {
    const { states } = levels(2)
    for (const key of ['a', 'b', 'c']) states.at(key).busy = true
    expect([...states.entries()].map(([key, state]) => [key, state.key]).sort()).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ])
  })

  it('takes any key and any state', () => {
    const states = keyedState<unknown>({ maxKeys: 5, create: () => undefined, inUse: () => false })
    for (const key of ['', '__proto__', 'constructor', 'toString']) expect(states.at(key)).toBeUndefined()
    expect(states.size).toBe(4)
    expect([...states.entries()]).toHaveLength(4)
  })

  it('looks at a bounded number of states for each new key', () => {
    const maxKeys = 2_000
    let looks = 0
    const states = keyedState<{ busy: boolean }>({
      maxKeys,
      create: () => ({ busy: true }),
      inUse: ({ busy }) => {
        looks++
        return busy
      },
    })
    for (let n = 0; n < maxKeys; n++) states.at(`key ${n}`)
    for (let n = 0; n < 10_000; n++) states.at(`newcomer ${n}`)
    expect(looks).toBeLessThan(maxKeys + 10_000 * 50)
  })

  it('keeps its promises whatever comes', () => {
    type Step = { readonly do: 'at' | 'peek' | 'busy' | 'idle'; readonly key: string }
    const step: fc.Arbitrary<Step> = fc.record({
      do: fc.constantFrom('at', 'at', 'peek', 'busy', 'idle'),
      key: fc.constantFrom(...'abcdefghij'),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (maxKeys, steps) => {
        const { states, overflowed } = levels(maxKeys)
        const known = new Map<string, Level>()
        let overflow: Level | undefined
        for (const { do: what, key } of steps) {
          const before = known.get(key)
          if (what === 'peek') expect(states.peek(key)).toBe(before)
          const room = known.size < maxKeys || [...known.values()].some(({ busy }) => !busy)
          const decides = states.deciding(key)
          if (before !== undefined || room) expect(decides).toBe(before)
          else expect([overflow, undefined]).toContain(decides)
          if (what === 'busy' && before !== undefined) before.busy = true
          if (what === 'idle' && before !== undefined) before.busy = false
          if (what !== 'at') continue
          const told = overflowed.length
          const state = states.at(key)
          if (before !== undefined) {
            expect(state).toBe(before)
            continue
          }
          const full = known.size === maxKeys
          if (full && [...known.values()].every(({ busy }) => busy)) {
            expect(state.key).toBeUndefined()
            expect(decides).toBe(overflow)
            overflow = state
            expect(overflowed.length).toBe(told + 1)
            continue
          }
          expect(state.key).toBe(key)
          expect(overflowed.length).toBe(told)
          const gone = [...known].filter(([one]) => states.peek(one) === undefined)
          expect(gone.length).toBe(full ? 1 : 0)
          for (const [one, { busy }] of gone) {
            expect(busy).toBe(false)
            known.delete(one)
          }
          known.set(key, state)
          expect(states.size).toBe(known.size)
          expect([...states.entries()].map(([one]) => one).sort()).toEqual([...known.keys()].sort())
        }
      }),
    )
  })

  it('forgets in the order of use while none is in use', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.constantFrom(...'abcdefgh')), (maxKeys, keys) => {
        const { states } = levels(maxKeys)
        const model: string[] = []
        for (const key of keys) {
          states.at(key)
          const at = model.indexOf(key)
          if (at >= 0) model.splice(at, 1)
          model.push(key)
          if (model.length > maxKeys) model.shift()
          expect([...states.entries()].map(([one]) => one).sort()).toEqual([...model].sort())
        }
      }),
    )
  })

  it.each<[option: string, value: unknown, message: string]>([
    ['maxKeys', undefined, 'TypeError: maxKeys must be an integer from 1 to 16000000, got undefined'],
    ['maxKeys', '5', "TypeError: maxKeys must be an integer from 1 to 16000000, got '5'"],
    ['maxKeys', 0, 'RangeError: maxKeys must be an integer from 1 to 16000000, got 0'],
    ['maxKeys', -1, 'RangeError: maxKeys must be an integer from 1 to 16000000, got -1'],
    ['maxKeys', 1.5, 'RangeError: maxKeys must be an integer from 1 to 16000000, got 1.5'],
    ['maxKeys', Number.NaN, 'RangeError: maxKeys must be an integer from 1 to 16000000, got NaN'],
    ['maxKeys', 2 ** 31, 'RangeError: maxKeys must be an integer from 1 to 16000000, got 2147483648'],
    ['maxKeys', Infinity, 'RangeError: maxKeys must be an integer from 1 to 16000000, got Infinity'],
    ['create', undefined, 'TypeError: create must be a function, got undefined'],
    ['inUse', 5, 'TypeError: inUse must be a function, got 5'],
    ['onOverflow', null, 'TypeError: onOverflow must be a function, got null'],
  ])('names what is wrong: %s %j', (option, value, message) => {
    const options = { maxKeys: 5, create: () => 1, inUse: () => false, [option]: value }
    expect(String(thrownBy(() => keyedState(options as KeyedStateOptions<number>)))).toBe(message)
  })
})
