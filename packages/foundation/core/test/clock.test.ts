import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../src/index.ts'

const LONGEST = 2 ** 31 - 1

describe('the system clock', () => {
  it('tells milliseconds that never step back', () => {
    const times = Array.from({ length: 100 }, () => systemClock.now())
    expect(times.every(Number.isFinite)).toBe(true)
    expect([...times].sort((a, b) => a - b)).toEqual(times)
  })

  it('does not follow the wall clock', () => {
    const before = systemClock.now()
    const wall = vi.spyOn(Date, 'now').mockReturnValue(before + 3_600_000)
    const after = systemClock.now()
    wall.mockRestore()
    expect(after - before).toBeLessThan(60_000)
  })

  it('calls after the poll, not before, and not at once', async () => {
    const order: string[] = []
    await new Promise<void>((resolve) => {
      systemClock.afterPoll(() => {
        order.push('polled')
        resolve()
      })
      order.push('now')
      queueMicrotask(() => order.push('microtask'))
    })
    expect(order).toEqual(['now', 'microtask', 'polled'])
  })
})

describe('a timer of the system clock', () => {
  interface Armed {
    readonly fn: () => void
    readonly ms: number
    unref: () => Armed
    unrefed: boolean
  }

  let now = 0
  let armed: Armed[] = []
  let cleared: unknown[] = []

  /** Fires the timer that was armed last, `late` ms after its time. */
  function fire(late = 0): void {
    const last = armed.at(-1) as Armed
    now += last.ms + late
    last.fn()
  }

  beforeEach(() => {
    now = 1_000
    armed = []
    cleared = []
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((fn: () => void, ms: number) => {
      const handle: Armed = {
        fn,
        ms,
        unrefed: false,
        unref: () => {
          handle.unrefed = true
          return handle
        },
      }
      armed.push(handle)
      return handle
    }) as unknown as typeof setTimeout)
    vi.spyOn(globalThis, 'clearTimeout').mockImplementation((handle) => void cleared.push(handle))
  })

  afterEach(() => void vi.restoreAllMocks())

  it('does not keep the process alive', () => {
    systemClock.setTimer(() => {}, 50)
    expect(armed.map(({ ms, unrefed }) => ({ ms, unrefed }))).toEqual([{ ms: 50, unrefed: true }])
  })

  it('fires once, at its time or later', () => {
    const fn = vi.fn()
    systemClock.setTimer(fn, 50)
    fire(7)
    expect(fn).toHaveBeenCalledTimes(1)
    expect(armed).toHaveLength(1)
  })

  it('is never early, though the platform is', () => {
    const fn = vi.fn()
    systemClock.setTimer(fn, 50.5)
    expect(armed[0]?.ms).toBe(51)
    now += 49.9
    armed[0]?.fn()
    expect(fn).not.toHaveBeenCalled()
    expect(armed[1]).toMatchObject({ ms: 1, unrefed: true })
    fire()
    expect(fn).toHaveBeenCalledTimes(1)
  })

  it('waits as long as it says, beyond what the platform can', () => {
    const fn = vi.fn()
    const ms = 3 * LONGEST + 17
    systemClock.setTimer(fn, ms)
    for (let n = 0; n < 3; n++) {
      expect(armed.at(-1)?.ms).toBe(LONGEST)
      fire()
      expect(fn).not.toHaveBeenCalled()
    }
    expect(armed.at(-1)?.ms).toBe(17)
    fire()
    expect(fn).toHaveBeenCalledTimes(1)
    expect(now).toBe(1_000 + ms)
    expect(armed.every(({ unrefed }) => unrefed)).toBe(true)
  })

  it.each([LONGEST, LONGEST + 0.5, LONGEST + 1])('asks the platform for no more than it can: %d ms', (ms) => {
    systemClock.setTimer(() => {}, ms)
    expect(armed[0]?.ms).toBe(LONGEST)
  })

  it('is forgotten when it is cancelled, wherever it stands', () => {
    const fn = vi.fn()
    const timer = systemClock.setTimer(fn, 2 * LONGEST)
    fire()
    timer.cancel()
    timer.cancel()
    expect(cleared.at(-1)).toBe(armed[1])
    expect(fn).not.toHaveBeenCalled()
  })
})
