import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pressure } from '../src/pressure.ts'

const PRIORITIES = ['background', 'normal', 'critical'] as const

/** A loop whose timers fire so late, one after another, while calls of all priorities come. */
function after(delays: readonly number[], priorities: readonly (typeof PRIORITIES)[number][] = PRIORITIES): Pressure {
  const pressure = new Pressure(100)
  let now = 0
  for (const delay of delays) {
    now += 10 + delay
    for (const priority of priorities) pressure.refuses(priority, 0, now, () => 0.5)
    pressure.sample(delay, 10 + delay, now)
  }
  return pressure
}

/** Which priorities are refused, all of them and for certain. */
const refused = (pressure: Pressure): string[] =>
  PRIORITIES.filter((priority) => pressure.refuses(priority, 0, 1e9, () => 1 - Number.EPSILON))

const times = (count: number, delay: number): number[] => Array.from({ length: count }, () => delay)

describe('the pressure on a loop', () => {
  it.each([
    ['on time', times(50, 20), 0],
    ['as late as it may be', times(50, 100), 0],
    ['late once', [5_000], 0],
    ['late now and then', [150, 0, 5_000, 0, 150, 0], 0],
    ['late twice running', [150, 150], 0.1875],
    ['late by less after a rise', [150, 150, 80, 80, 80], 0.1875],
    ['on time after a rise', [150, 150, 0, 0], 0.1475],
    ['half as late as they may be after a rise', [150, 150, 50], 0.0675],
    ['very late', [400, 400], 0.5],
    ['no more than four times as late', [9_000, 9_000], 0.5],
    ['late without end', times(100, 150), 2],
    ['twice as late without end', times(100, 200), 2],
    ['more than twice as late without end', times(100, 201), 3],
    ['late again after the worst, and no longer twice', [...times(100, 300), 150], 3],
  ])('is, where timers are %s, what it should be', (_, delays, level) => {
    expect(after(delays).level).toBeCloseTo(level, 9)
  })

  it('refuses what is background first, then what is normal, and what is critical last', () => {
    const seen = [10, 20, 60].map((count) => refused(after(times(count, 150))))
    expect(seen).toEqual([['background'], ['background', 'normal'], ['background', 'normal']])
    expect(refused(after(times(100, 201)))).toEqual(['background', 'normal', 'critical'])
  })

  it('wastes no time with refusing priorities that do not come', () => {
    expect(after([150, 150], ['normal', 'critical']).level).toBeCloseTo(1.1875)
    expect(after([250, 250], ['critical']).level).toBeCloseTo(2.3125)
    expect(after([150, 150], ['critical']).level).toBe(2)
  })

  it('rises by a step where nobody came to be refused', () => {
    expect(after([150, 150], []).level).toBeCloseTo(0.1875)
  })

  it.each([
    ['has been late for as long as is allowed', 101, 1_100, true],
    ['has been late for not quite as long', 101, 1_099, false],
    ['was as late as it may be, and no later', 100, 1_100, false],
  ])('sees of a turn that %s whether anybody is refused: %j ms late, then at %j', (_, first, then, is) => {
    const pressure = new Pressure(100)
    pressure.refuses('normal', first, 1_000, () => 0)
    expect(pressure.refuses('normal', 310, then, () => 0)).toBe(is)
  })

  it('refuses a part of a priority by dice', () => {
    const pressure = after(times(4, 150), ['normal'])
    const rolls = Array.from({ length: 1_000 }, (_, n) => pressure.refuses('normal', 0, 1e9, () => n / 1_000))
    expect(rolls.filter(Boolean).length / 1_000).toBeCloseTo(pressure.level - 1, 2)
  })

  it('lets everybody through again within 2 s of the last late sample, whatever it was', () => {
    const pressure = after(times(1_000, 5_000))
    expect(pressure.level).toBe(3)
    for (let now = 10; now <= 1_600; now += 10) pressure.sample(0, 10, 1e9 + now)
    expect(pressure.level).toBe(0)
  })

  it('does not flap where the delay is about what is allowed: it begins once, and stays', () => {
    const pressure = new Pressure(100)
    let changes = 0
    for (let n = 0, now = 0; n < 1_000; n++) {
      const delay = 85 + ((n * 37) % 30)
      const before = pressure.level > 0
      now += 10 + delay
      pressure.refuses('normal', 0, now, () => 0)
      pressure.sample(delay, 10 + delay, now)
      if (before !== pressure.level > 0) changes++
    }
    expect(changes).toBe(1)
  })

  it('sees, before the next sample, that a turn of the loop has been late for a while', () => {
    const pressure = new Pressure(100)
    const all = (delay: number, now: number) =>
      PRIORITIES.filter((priority) => pressure.refuses(priority, delay, now, () => 1 - Number.EPSILON))
    expect(all(150, 1_000)).toEqual([])
    expect(all(200, 1_050)).toEqual([])
    expect(all(310, 1_160)).toEqual(['background', 'normal', 'critical'])
    expect(all(250, 1_160)).toEqual(['background', 'normal'])
    pressure.sample(310, 320, 1_170)
    expect(all(0, 1_171)).toEqual([])
  })

  it('never refuses the more important of two for certain while it might let the other through', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { maxLength: 60 }), fc.nat(1_000), (delays, delay) => {
        const pressure = after(delays)
        const now = 1e6
        pressure.refuses('normal', delay, now, () => 0)
        const [background, normal, critical] = PRIORITIES.map((priority) =>
          pressure.refuses(priority, delay, now + 200, () => 1 - Number.EPSILON),
        )
        expect(!critical || normal).toBe(true)
        expect(!normal || background).toBe(true)
        expect(pressure.level).toBeGreaterThanOrEqual(0)
        expect(pressure.level).toBeLessThanOrEqual(3)
      }),
    )
  })
})
