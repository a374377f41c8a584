import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CodelControl } from '../src/codel.ts'
import { codel, fixed } from '../src/index.ts'
import { quantile, type Report, type Scenario, simulate } from './service.ts'

const rules = codel({ target: 5, interval: 100 })

/** When, asked every `every` ms, it drops someone who has always waited for `wait` ms. */
function drops(control: CodelControl, wait: number, from: number, until: number, every = 1): number[] {
  const at: number[] = []
  for (let now = from; now < until; now += every) if (control.isLate(wait, now)) at.push(now)
  return at
}

describe('codel()', () => {
  it('has defaults, and says what it is', () => {
    expect(codel()).toEqual({ name: 'codel', target: 5, interval: 100 })
    expect(codel({ target: undefined, interval: undefined })).toEqual(codel())
  })

  it.each([
    [{ target: 0 }, RangeError, 'target must be a number of milliseconds above 0, got 0'],
    [{ target: '5' }, TypeError, "target must be a number of milliseconds above 0, got '5'"],
    [{ interval: Infinity }, RangeError, 'interval must be a number of milliseconds above 0, got Infinity'],
    [{ target: NaN }, RangeError, 'target must be a number of milliseconds above 0, got NaN'],
    [{ interval: 5 }, RangeError, 'interval must be more than the target of 5 ms, got 5'],
    [null, TypeError, 'options must be an object, got null'],
    ['fifo', TypeError, "options must be an object, got 'fifo'"],
  ])('refuses %o', (options, kind, message) => {
    const make = () => codel(options as never)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })
})

describe('CodelControl', () => {
  it('drops nobody while waits are short', () => {
    expect(drops(new CodelControl(rules), 4.9, 0, 10_000)).toEqual([])
  })

  it('drops nobody before waits have been above the target for an interval', () => {
    const control = new CodelControl(rules)
    expect(drops(control, 5, 0, 100)).toEqual([])
    expect(control.isLate(5, 100)).toBe(true)
  })

  it('begins anew after one short wait', () => {
    const control = new CodelControl(rules)
    expect(drops(control, 50, 0, 100)).toEqual([])
    expect(control.isLate(4, 100)).toBe(false)
    expect(drops(control, 50, 101, 201)).toEqual([])
    expect(control.isLate(50, 201)).toBe(true)
  })

  it('drops faster and faster while waits stay above the target: after pauses of interval / √n', () => {
    const at = drops(new CodelControl(rules), 50, 0, 500)
    const third = 200 + 100 / Math.sqrt(2)
    const fourth = third + 100 / Math.sqrt(3)
    const due = [100, 200, third, fourth, fourth + 100 / Math.sqrt(4)]
    expect(at.slice(0, 5)).toEqual(due.map(Math.ceil))
  })

  it('drops everybody who has waited for more than an interval, once it drops', () => {
    const control = new CodelControl(rules)
    expect(drops(control, 101, 0, 100)).toEqual([])
    expect(drops(control, 101, 100, 110)).toHaveLength(10)
    expect(drops(control, 100, 110, 120)).toEqual([])
  })

  it('stops at once when a wait is short', () => {
    const control = new CodelControl(rules)
    drops(control, 50, 0, 400)
    expect(control.isLate(4, 400)).toBe(false)
    expect(drops(control, 50, 401, 501)).toEqual([])
  })

  it('goes on from a little below where it was, when the queue is soon back', () => {
    const control = new CodelControl(rules)
    const before = drops(control, 50, 0, 400)
    expect(before).toHaveLength(5)
    control.relax()
    const [first = NaN, second = NaN] = drops(control, 50, 500, 1_000)
    expect(first).toBe(600)
    expect(second).toBe(Math.ceil(600 + 100 / Math.sqrt(before.length - 2)))
  })

  it.each([
    ['once', 150],
    ['twice', 250],
  ])('goes on from the start when it had dropped but %s', (_, until) => {
    const control = new CodelControl(rules)
    drops(control, 50, 0, until)
    control.relax()
    expect(drops(control, 50, 300, 550)).toEqual([400, 500])
  })

  it('goes on from the start when the queue was gone for long', () => {
    const control = new CodelControl(rules)
    drops(control, 50, 0, 400)
    control.relax()
    const [first = NaN, second = NaN] = drops(control, 50, 10_000, 11_000)
    expect([first, second]).toEqual([10_100, 10_200])
  })

  it('drops nobody whose wait is short, and nobody within an interval of one whose wait was', {
    timeout: 30_000,
  }, () => {
    const asked = fc.array(fc.record({ wait: fc.double({ min: 0, max: 300, noNaN: true }), pause: fc.nat(60) }), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(asked, (steps) => {
        const control = new CodelControl(rules)
        let now = 0
        let lastShort = 0
        let firstLong = Infinity
        return steps.every(({ wait, pause }) => {
          now += pause
          const short = wait < rules.target
          if (short) lastShort = now
          firstLong = short ? Infinity : Math.min(firstLong, now)
          const late = control.isLate(wait, now)
          if (late) return !short && now - lastShort >= rules.interval
          // Once the queue has stood for an interval and the first was dropped, nobody who waited longer than that is served.
          return !(now - firstLong >= rules.interval && wait > rules.interval)
        })
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('a service of 500 a second that is asked 1,000 times a second, with a deadline of 500 ms', {
  timeout: 60_000,
}, () => {
  const overload = (scenario: Partial<Scenario>): Report =>
    simulate({
      duration: 20_000,
      load: 1_000,
      maxQueued: 200,
      order: 'fifo',
      limit: fixed(10).start(),
      servers: () => 10,
      work: () => 20,
      deadline: 500,
      ...scenario,
    })
  const goodput = ({ answers }: Report): number => answers.length / 20
  const median = ({ answers }: Report): number =>
    quantile(
      answers.map(({ took }) => took),
      0.5,
    )

  it.each([
    ['of equal length', () => 20],
    ['of exponential length', (_: number, random: () => number) => -20 * Math.log(1 - random())],
  ])('answers as many with codel as it can do, and in a quarter of the time of a bounded fifo: works %s', (_, work) => {
    const sorted = overload({ order: codel(), work })
    const plain = overload({ work })
    expect(goodput(sorted)).toBeGreaterThanOrEqual(0.95 * 500)
    expect(median(sorted)).toBeLessThanOrEqual(0.25 * median(plain))
  })

  it('answers nobody in time from a fifo queue that is too long, and everybody it can with codel', () => {
    expect(goodput(overload({ maxQueued: 1_000 }))).toBeLessThan(100)
    expect(goodput(overload({ maxQueued: 1_000, order: codel() }))).toBeGreaterThanOrEqual(0.95 * 500)
  })

  it.each([
    [1, 20],
    [2, 1_000],
    [10, 200],
  ])('stays busy however few wait: %i servers that take %i ms', (servers, takes) => {
    const capacity = (servers * 1_000) / takes
    const report = overload({
      duration: 60_000,
      load: 2 * capacity,
      order: codel(),
      limit: fixed(servers).start(),
      servers: () => servers,
      work: () => takes,
      deadline: Infinity,
    })
    expect(report.answers.length / 60).toBeGreaterThanOrEqual(0.95 * capacity)
  })

  it('lets a burst pass', () => {
    const burst = overload({ load: 450, order: codel({ target: 5, interval: 1_000 }), deadline: Infinity })
    expect(burst.dropped).toBe(0)
    expect(burst.refused).toBe(0)
  })

  it('serves what is critical before all else, and drops it no more than it must', () => {
    const report = overload({
      order: codel(),
      priority: (random) => (random() < 0.4 ? 'critical' : 'background'),
      deadline: Infinity,
    })
    const critical = report.answers.filter(({ priority }) => priority === 'critical')
    expect(critical.length / 20).toBeGreaterThanOrEqual(0.99 * 400)
    expect(
      quantile(
        critical.map(({ took }) => took),
        0.99,
      ),
    ).toBeLessThan(60)
  })
})
