import { describe, expect, it } from 'vitest'
import { consecutiveFailures } from '../src/rules.ts'
import {
  type Closed,
  causeToOpen,
  closed,
  figureOf,
  giveBack,
  type HalfOpen,
  halfOpened,
  isAbandoned,
  isSlow,
  lapse,
  lend,
  nameAt,
  nextProbeIn,
  type Open,
  type Plan,
  probeFailed,
  probeSucceeded,
  rested,
  tripped,
} from '../src/state.ts'

const plan: Plan = {
  window: 1_000,
  minCalls: 4,
  rules: [consecutiveFailures(2)],
  probes: 2,
  probeTimeout: 50,
  slowAfter: 30,
  openTime: (opening) => opening * 100,
}
const cause = { rule: 'consecutive', figure: '2 calls in a row failed' }

function openedAt(now: number): Open {
  return tripped(closed(now, plan), cause, now, plan)
}

function halfOpenAt(now: number): HalfOpen {
  return halfOpened(openedAt(now), now)
}

describe('closed', () => {
  it('says why it has to open once a rule is met', () => {
    const state = closed(0, plan)
    const causes = [true, false, true, true].map((failed, now) => {
      state.window.record(failed, false, now)
      return causeToOpen(state, plan)
    })
    expect(causes).toEqual([undefined, undefined, undefined, cause])
  })

  it('asks no rule while neither a failure nor a slow call is in the window', () => {
    const always = { ...plan, rules: [{ name: 'always', shouldOpen: () => true }] }
    const state = closed(0, always)
    const asked = [
      { failed: false, slow: false, now: 1 },
      { failed: false, slow: true, now: 2 },
      { failed: false, slow: false, now: 3 },
      { failed: true, slow: false, now: 2_000 },
      { failed: false, slow: false, now: 4_000 },
    ].map(({ failed, slow, now }) => {
      state.window.record(failed, slow, now)
      return causeToOpen(state, always) !== undefined
    })
    expect(asked).toEqual([false, true, true, true, false])
  })

  it.each([
    [undefined, 1_000, false],
    [10, 40, false],
    [10, 41, true],
  ])('finds a call slow that started at %s and ended at %d: %s', (startedAt, now, slow) => {
    expect(isSlow(startedAt, now, plan)).toBe(slow)
  })

  it.each([
    ['for the first time', 0, 10, 1],
    ['again, before it was stable', 3, 999, 4],
    ['again, when it was stable', 3, 1_000, 1],
  ])('opens %s', (_, openings, after, expected) => {
    const opened = tripped(closed(500, plan, openings), cause, 500 + after, plan)
    expect(opened).toEqual({
      name: 'open',
      since: 500 + after,
      until: 500 + after + expected * 100,
      openings: expected,
      cause,
      probe: undefined,
    })
  })

  it('stays as it is when nobody can say how long to open', () => {
    const thrower: Plan = {
      ...plan,
      openTime: () => {
        throw new Error('no idea')
      },
    }
    expect(() => tripped(closed(0, plan), cause, 0, thrower)).toThrow('no idea')
  })
})

describe('open', () => {
  it.each([
    [0, 'open', 100],
    [99, 'open', 1],
    [100, 'half-open', 0],
    [10_000, 'half-open', 0],
  ])('at %d is called %s, with the next probe in %d ms', (now, name, next) => {
    const state = openedAt(0)
    expect(nameAt(state, now)).toBe(name)
    expect(nextProbeIn(state, now, plan)).toBe(next)
  })

  it('says what opened it', () => {
    const opened = openedAt(0)
    expect(figureOf(opened)).toBe('2 calls in a row failed')
    const again = probeFailed(halfOpened(opened, 100), 'a probe failed', 100, plan)
    expect(figureOf(again)).toBe('2 calls in a row failed, then a probe failed')
    const oncemore = probeFailed(halfOpened(again, 300), 'a probe was slow', 300, plan)
    expect(figureOf(oncemore)).toBe('2 calls in a row failed, then a probe was slow')
  })
})

describe('half-open', () => {
  it('lends so many leases, which end with what was started or by themselves', () => {
    const state = halfOpenAt(0)
    const first = lend(state, 0, plan)
    const second = lend(state, 10, plan)
    expect([first?.lapsesAt, second?.lapsesAt]).toEqual([50, 60])
    expect(lend(state, 10, plan)).toBeUndefined()
    expect(nextProbeIn(state, 20, plan)).toBe(30)
    expect(lapse(state, 49)).toBe(0)
    expect(lapse(state, 50)).toBe(1)
    expect(nextProbeIn(state, 50, plan)).toBe(0)
    const third = lend(state, 55, plan)
    expect(third).toBeDefined()
    if (second) giveBack(second)
    expect(state.leases.size).toBe(1)
    if (first) giveBack(first)
    expect(state.leases.size).toBe(1)
    expect(lapse(state, 1_000)).toBe(1)
    expect(state.probedAt).toBe(55)
  })

  it('never says that the next probe came before now', () => {
    const state = halfOpenAt(0)
    for (let probe = 0; probe < 2; probe++) lend(state, 0, plan)
    expect(nextProbeIn(state, 1_000, plan)).toBe(0)
  })

  it('closes after as many successes in a row as there may be probes', () => {
    const state = halfOpenAt(0)
    expect(probeSucceeded(state, 5, plan)).toBe(state)
    const after = probeSucceeded(state, 6, plan)
    expect(after).toMatchObject({ name: 'closed', openings: 1, window: { calls: 0 } })
    expect((after as Closed).window.isStable(1, 1_006)).toBe(true)
    expect((after as Closed).window.isStable(1, 1_005)).toBe(false)
  })

  it('opens again, for longer, after one failure', () => {
    const state = halfOpenAt(0)
    probeSucceeded(state, 5, plan)
    const probe = 'a probe failed'
    expect(probeFailed(state, probe, 7, plan)).toEqual({
      name: 'open',
      since: 7,
      until: 207,
      openings: 2,
      cause,
      probe,
    })
  })

  it('is called so', () => {
    expect(nameAt(halfOpenAt(0), 0)).toBe('half-open')
  })
})

describe('a rest', () => {
  it('gives a closed breaker fresh counters and leaves how often it has opened', () => {
    const state = closed(0, plan, 3)
    state.window.record(true, true, 0)
    const after = rested(state, 700, plan)
    expect(after).not.toBe(state)
    expect(after).toMatchObject({ name: 'closed', openings: 3, window: { calls: 0, failures: 0 } })
    expect((after as Closed).window.isStable(1, 1_699)).toBe(false)
  })

  it('leaves an open breaker open, and makes a half-open one open whose time has passed', () => {
    const opened = openedAt(0)
    expect(rested(opened, 50, plan)).toBe(opened)
    expect(rested(halfOpened(opened, 100), 130, plan)).toEqual({ ...opened, until: 130 })
  })
})

describe('abandoned', () => {
  it.each([
    ['closed', closed(0, plan), 1e9, false],
    ['open', openedAt(0), 1_099, false],
    ['open and due for so long', openedAt(0), 1_100, true],
    ['half-open', halfOpenAt(100), 1_099, false],
    ['half-open and probed so long ago', halfOpenAt(100), 1_100, true],
  ])('a breaker that is %s', (_, state, now, abandoned) => {
    expect(isAbandoned(state, 1_000, now)).toBe(abandoned)
  })
})
