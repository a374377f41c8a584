import { describe, expect, it } from 'vitest'
import type { CircuitBreakerOptions, CircuitBreakerPolicy } from '../src/index.ts'
import { bench, boom, errorOf, fail, pending, succeed } from './fixture.ts'

const open = { code: 'ERR_CIRCUIT_OPEN' }
const key = (name: string): { key: string } => ({ key: name })

describe('a bounded number of keys', () => {
  it('forgets the key that was idle for longest, and with it what it has counted', async () => {
    const { breaker } = bench({ maxKeys: 2 })
    await fail(breaker, 1, key('a'))
    await fail(breaker, 1, key('b'))
    await succeed(breaker, 1, key('a'))
    await succeed(breaker, 1, key('c'))
    expect(breaker.snapshot('a').calls).toBe(2)
    expect(breaker.snapshot('b').calls).toBe(0)
  })

  it('never forgets a breaker that is open or half-open: rotating keys do not close it', async () => {
    const { breaker, clock } = bench({ maxKeys: 3 })
    await fail(breaker, 2, key('a'))
    for (let other = 0; other < 50; other++) await fail(breaker, 1, key(`other-${other}`))
    expect(breaker.state('a')).toBe('open')
    await clock.advance(1_000)
    for (let other = 0; other < 50; other++) await fail(breaker, 1, key(`other-${other}`))
    expect(breaker.state('a')).toBe('half-open')
  })

  it('never forgets a breaker with a call in flight: a dependency that hangs still counts', async () => {
    const { breaker, clock } = bench({ maxKeys: 2, consecutive: 1 })
    pending(breaker, { ...key('a'), timeout: 100 })
    for (let other = 0; other < 10; other++) await succeed(breaker, 1, key(`other-${other}`))
    await clock.advance(100)
    expect(breaker.state('a')).toBe('open')
  })

  it('never forgets an isolated breaker', async () => {
    const { breaker } = bench({ maxKeys: 1 })
    using _ = breaker.isolate('a')
    await succeed(breaker, 5, key('b'))
    expect(await errorOf(breaker.execute(() => 1, key('a')))).toMatchObject({ ...open, state: 'isolated', key: 'a' })
  })

  it('one breaker decides for all newcomers when everything is in use, and an event tells', async () => {
    const { breaker, events } = bench({ maxKeys: 2 })
    await fail(breaker, 2, key('a'))
    await fail(breaker, 2, key('b'))
    events.clear()
    await fail(breaker, 1, key('c'))
    await fail(breaker, 1, key('d'))
    expect(await errorOf(breaker.execute(() => 1, key('e')))).toMatchObject({ ...open, key: 'e' })
    await succeed(breaker)
    expect(events.events.map(({ type, key }) => `${type} ${key}`)).toEqual([
      'circuit.overflowed c',
      'circuit.overflowed d',
      'circuit.opened undefined',
      'circuit.overflowed e',
      'circuit.refused e',
    ])
    expect(events.events[0]).toMatchObject({ policy: 'circuit-breaker', maxKeys: 2 })
  })

  it('shows, and closes, the breaker that decides for a key, be it that for all newcomers', async () => {
    const { breaker } = bench({ maxKeys: 1 })
    await fail(breaker, 2, key('a'))
    await fail(breaker, 2, key('b'))
    expect(['a', 'b', 'never seen'].map((name) => breaker.state(name))).toEqual(['open', 'open', 'open'])
    expect(breaker.snapshot('b')).toMatchObject({ state: 'open', openings: 1, retryAfter: 1_000 })
    breaker.close('b')
    expect(['a', 'b', 'never seen'].map((name) => breaker.state(name))).toEqual(['open', 'closed', 'closed'])
    await succeed(breaker, 1, key('b'))
    expect(breaker.snapshot('c')).toMatchObject({ state: 'closed', calls: 1 })
  })

  it('closes what decides for a key beneath its isolation', async () => {
    const { breaker } = bench({ maxKeys: 1 })
    await fail(breaker, 2, key('a'))
    await fail(breaker, 2, key('b'))
    const isolation = breaker.isolate('b')
    breaker.close('b')
    expect([breaker.state('b'), breaker.state('c')]).toEqual(['isolated', 'closed'])
    isolation[Symbol.dispose]()
    expect(breaker.state('b')).toBe('closed')
  })

  it('shows what is left of the overflow to a key whose isolation has ended', async () => {
    const { breaker } = bench({ maxKeys: 1 })
    await fail(breaker, 2, key('a'))
    await fail(breaker, 2, key('b'))
    breaker.isolate('b')[Symbol.dispose]()
    expect(breaker.state('b')).toBe('open')
    expect(await errorOf(breaker.execute(() => 1, key('b')))).toMatchObject({ ...open, state: 'open', key: 'b' })
  })

  it.each<[string, (breaker: CircuitBreakerPolicy) => Promise<void> | void, CircuitBreakerOptions]>([
    ['its last call has settled', () => {}, {}],
    ['somebody closed it', (breaker) => breaker.close('key 700'), { consecutive: 1 }],
  ])('gives a newcomer the room of a breaker as soon as %s, among very many in use', async (_, free, options) => {
    const { breaker, clock, events } = bench({ maxKeys: 1_000, ...options })
    const held = Array.from({ length: 1_000 }, (_, n) => pending(breaker, key(`key ${n}`)))
    // All are looked at, and nobody looks again so soon.
    for (let n = 0; n < 40; n++) await succeed(breaker, 1, key(`rotating ${n}`))
    expect(events.of('circuit.overflowed')).toHaveLength(40)
    if (options.consecutive === 1) held[700]?.reject(boom)
    else held[700]?.resolve()
    await clock.settle()
    await free(breaker)
    await succeed(breaker, 1, key('newcomer'))
    expect(events.of('circuit.overflowed')).toHaveLength(40)
    expect(breaker.snapshot('newcomer').calls).toBe(1)
  })

  it('forgets, when it needs the room, an open breaker that nobody has called for an hour since it could be probed', async () => {
    const { breaker, clock, events } = bench({ maxKeys: 1 })
    await fail(breaker, 2, key('gone'))
    await clock.advance(1_000 + 3_599_999)
    await succeed(breaker, 1, key('new'))
    expect(breaker.state('gone')).toBe('half-open')
    expect(events.last?.type).toBe('circuit.overflowed')
    events.clear()
    await clock.advance(1)
    await succeed(breaker, 1, key('new'))
    expect(breaker.state('gone')).toBe('closed')
    expect(breaker.snapshot('new').calls).toBe(1)
    expect(events.events).toEqual([])
  })

  it('keeps a half-open breaker that was probed within the hour', async () => {
    const { breaker, clock } = bench({ maxKeys: 1, probes: 2 })
    await fail(breaker, 2, key('a'))
    await clock.advance(4_000_000)
    await succeed(breaker, 1, key('a'))
    await clock.advance(3_599_999)
    await succeed(breaker, 1, key('b'))
    expect(breaker.state('a')).toBe('half-open')
    await succeed(breaker, 1, key('a'))
    expect(breaker.snapshot('a')).toMatchObject({ state: 'closed', openings: 1 })
  })
})

describe('isolating a key when there is no room for it', () => {
  it('isolates that key and no other newcomer', async () => {
    const { breaker } = bench({ maxKeys: 1 })
    await fail(breaker, 2, key('a'))
    const [one, other] = [breaker.isolate('b'), breaker.isolate('b')]
    expect([breaker.state('b'), breaker.state('c')]).toEqual(['isolated', 'closed'])
    expect(await errorOf(breaker.execute(() => 1, key('b')))).toMatchObject({ ...open, state: 'isolated', key: 'b' })
    await succeed(breaker, 1, key('c'))
    one[Symbol.dispose]()
    expect(breaker.state('b')).toBe('isolated')
    other[Symbol.dispose]()
    expect(breaker.state('b')).toBe('closed')
    await succeed(breaker, 1, key('b'))
    using _ = breaker.isolate('b')
    expect(breaker.state('b')).toBe('isolated')
  })

  it('is for that key alone also when the overflow has something in flight', async () => {
    const { breaker, clock } = bench({ maxKeys: 1 })
    await fail(breaker, 2, key('a'))
    const newcomer = pending(breaker, key('b'))
    using _ = breaker.isolate('b')
    newcomer.resolve()
    await clock.settle()
    await succeed(breaker, 1, key('c'))
  })

  it('leaves the calls without a key alone', async () => {
    const { breaker } = bench()
    using _ = breaker.isolate('a')
    await succeed(breaker)
    using everything = breaker.isolate()
    expect(await errorOf(breaker.execute(() => 1))).toMatchObject({ ...open, key: undefined })
    await succeed(breaker, 1, key('b'))
    expect(everything).toBeDefined()
  })
})

describe('an update', () => {
  it('reaches the breaker for newcomers and those that are isolated apart', async () => {
    const { breaker } = bench({
      maxKeys: 1,
      window: { calls: 10 },
      openFor: 10_000,
      consecutive: 3,
      minCalls: 1,
      failureRate: 1,
    })
    await fail(breaker, 1, key('a'))
    expect(breaker.state('a')).toBe('open')
    await succeed(breaker, 1, key('b'))
    await fail(breaker, 1, key('b'))
    breaker.update({ window: { calls: 1 } })
    await fail(breaker, 1, key('c'))
    expect(await errorOf(breaker.execute(() => 1, key('d')))).toMatchObject(open)
  })
})
