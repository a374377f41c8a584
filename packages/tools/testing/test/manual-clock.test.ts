import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ManualClock, type ManualClockOptions, manualClock } from '../src/manual-clock.ts'

const sleep = (clock: ManualClock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.setTimer(resolve, ms)
  })

describe('time', () => {
  it('starts at 0, or where it is told to, and stands still', async () => {
    expect(manualClock().now()).toBe(0)
    expect(manualClock({ now: undefined }).now()).toBe(0)
    const clock = manualClock({ now: 1_000.5 })
    await clock.settle()
    expect(clock.now()).toBe(1_000.5)
  })

  it('moves by what advance is given, timers or not', async () => {
    const clock = manualClock()
    await clock.advance(2.5)
    await clock.advance(0)
    expect(clock.now()).toBe(2.5)
  })

  it('moves to the time that advanceTo is given', async () => {
    const clock = manualClock({ now: 10 })
    await clock.advanceTo(25)
    await clock.advanceTo(25)
    expect(clock.now()).toBe(25)
  })

  it('is a timer’s own due time while that runs', async () => {
    const clock = manualClock()
    const seen: number[] = []
    for (const ms of [30, 10, 20.25]) clock.setTimer(() => seen.push(clock.now()), ms)
    await clock.advance(100)
    expect(seen).toEqual([10, 20.25, 30])
    expect(clock.now()).toBe(100)
  })
})

describe('timers', () => {
  it('fire at their time and not before', async () => {
    const clock = manualClock()
    const fn = vi.fn()
    clock.setTimer(fn, 10)
    await clock.advance(9.999)
    expect(fn).not.toHaveBeenCalled()
    await clock.advance(0.001)
    expect(fn).toHaveBeenCalledOnce()
    await clock.advance(1_000)
    expect(fn).toHaveBeenCalledOnce()
  })

  it('fire in the order of setting when they are due at one time', async () => {
    const clock = manualClock()
    const fired: number[] = []
    for (let i = 0; i < 100; i++) clock.setTimer(() => fired.push(i), 5)
    await clock.advance(5)
    expect(fired).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  it('fire within the same advance when they are set on the way', async () => {
    const clock = manualClock()
    const seen: number[] = []
    const tick = (): void => {
      seen.push(clock.now())
      clock.setTimer(tick, 10)
    }
    clock.setTimer(tick, 10)
    await clock.advance(35)
    expect(seen).toEqual([10, 20, 30])
    expect(clock.pending).toBe(1)
  })

  it('do not fire once they are cancelled, also by a timer due at the same time', async () => {
    const clock = manualClock()
    const fn = vi.fn()
    const early = clock.setTimer(fn, 1)
    early.cancel()
    early.cancel()
    clock.setTimer(() => late.cancel(), 5)
    const late = clock.setTimer(fn, 5)
    await clock.advance(10)
    late.cancel()
    expect(fn).not.toHaveBeenCalled()
    expect(clock.pending).toBe(0)
  })

  it('of 0 ms fire in advance(0), never at once', async () => {
    const clock = manualClock()
    const fn = vi.fn()
    clock.setTimer(fn, 0)
    expect(fn).not.toHaveBeenCalled()
    await clock.settle()
    expect(fn).not.toHaveBeenCalled()
    await clock.advance(0)
    expect(fn).toHaveBeenCalledOnce()
  })

  it('wait longer than 2³¹ ms when they are told to', async () => {
    const clock = manualClock()
    const fn = vi.fn()
    clock.setTimer(fn, 2 ** 40)
    await clock.advance(2 ** 40 - 1)
    expect(fn).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(fn).toHaveBeenCalledOnce()
  })

  it('of Infinity never fire and are not counted', async () => {
    const clock = manualClock()
    const timer = clock.setTimer(() => expect.unreachable(), Number.POSITIVE_INFINITY)
    expect(clock.pending).toBe(0)
    await clock.runAll()
    expect(await clock.next()).toBe(false)
    timer.cancel()
  })

  it('are counted while they wait', async () => {
    const clock = manualClock()
    clock.setTimer(() => {}, 1)
    clock.setTimer(() => {}, 2)
    clock.setTimer(() => {}, 3).cancel()
    expect(clock.pending).toBe(2)
    await clock.advance(1)
    expect(clock.pending).toBe(1)
  })
})

const modes: ManualClockOptions[] = [{ settling: 'turn' }, { settling: 'microtasks' }]

describe.each(modes)('promises, with %o', (options) => {
  async function chain(length: number): Promise<void> {
    for (let i = 0; i < length; i++) await null
  }

  it('settle before the first timer, so that what they set is in time', async () => {
    const clock = manualClock(options)
    const seen: string[] = []
    clock.setTimer(() => seen.push('set before'), 10)
    void chain(10_000).then(() => clock.setTimer(() => seen.push('set by a promise'), 5))
    await clock.advance(10)
    expect(seen).toEqual(['set by a promise', 'set before'])
  })

  it('settle between two timers, also of the same time', async () => {
    const clock = manualClock(options)
    const seen: string[] = []
    clock.setTimer(() => void chain(10_000).then(() => seen.push('chain of the first')), 10)
    clock.setTimer(() => seen.push('second'), 10)
    await clock.advance(10)
    expect(seen).toEqual(['chain of the first', 'second'])
  })

  it('settle after the last timer', async () => {
    const clock = manualClock(options)
    const seen: string[] = []
    clock.setTimer(() => void chain(10_000).then(() => seen.push('chain')), 10)
    await clock.advance(10)
    expect(seen).toEqual(['chain'])
  })

  it('settle in every advance of many, whatever the last one was called from', async () => {
    const clock = manualClock(options)
    for (let i = 0; i < 2_500; i++) {
      let settled = false
      clock.setTimer(() => void chain(20).then(() => (settled = true)), 1)
      if (i % 3 === 0) await new Promise(process.nextTick)
      await clock.advance(1)
      expect(settled).toBe(true)
    }
  })

  it('take turns with timers in a loop of sleeps', async () => {
    const clock = manualClock(options)
    const seen: number[] = []
    void (async () => {
      for (let i = 0; i < 4; i++) {
        await sleep(clock, 10)
        seen.push(clock.now())
      }
    })()
    await clock.advance(1_000)
    expect(seen).toEqual([10, 20, 30, 40])
  })
})

describe('promises', () => {
  it('settle with settle() while time and timers stand still', async () => {
    const clock = manualClock()
    const seen: string[] = []
    clock.setTimer(() => seen.push('timer'), 0)
    void Promise.resolve().then(() => seen.push('promise'))
    await clock.settle()
    expect(seen).toEqual(['promise'])
  })

  it('settle through nextTick and queueMicrotask and back, by default', async () => {
    const clock = manualClock()
    let steps = 0
    clock.setTimer(async () => {
      for (; steps < 300; steps++) {
        await new Promise(process.nextTick)
        await new Promise<void>((resolve) => queueMicrotask(resolve))
      }
    }, 10)
    clock.setTimer(() => expect(steps).toBe(300), 10)
    await clock.advance(10)
  })

  it('settle under fake timers of the test runner, which replace setImmediate', async () => {
    vi.useFakeTimers()
    const clock = manualClock()
    const seen: string[] = []
    void sleep(clock, 10).then(() => seen.push('woke'))
    await clock.advance(10)
    expect(seen).toEqual(['woke'])
  })
  afterEach(() => {
    vi.useRealTimers()
  })
})

describe('the poll', () => {
  function scene(): { clock: ManualClock; seen: string[]; note: (what: string) => () => void } {
    const clock = manualClock()
    const seen: string[] = []
    return { clock, seen, note: (what) => () => seen.push(`${what} at ${clock.now()}`) }
  }

  it('comes after all timers of its time and before any later one', async () => {
    const { clock, seen, note } = scene()
    clock.setTimer(() => clock.afterPoll(note('poll')), 10)
    clock.setTimer(note('same time'), 10)
    clock.setTimer(note('later'), 10.001)
    await clock.advance(20)
    expect(seen).toEqual(['same time at 10', 'poll at 10', 'later at 10.001'])
  })

  it('lets an answer win that arrives at the very time of the timeout', async () => {
    const { clock, seen } = scene()
    let answered = false
    clock.setTimer(() => clock.afterPoll(() => seen.push(answered ? 'answer' : 'timeout')), 100)
    void sleep(clock, 100).then(() => {
      answered = true
    })
    await clock.advance(100)
    expect(seen).toEqual(['answer'])
  })

  it('comes before the timers of 0 ms that were set in the meantime', async () => {
    const { clock, seen, note } = scene()
    clock.setTimer(() => {
      clock.setTimer(note('zero'), 0)
      clock.afterPoll(note('poll'))
    }, 10)
    await clock.advance(10)
    expect(seen).toEqual(['poll at 10', 'zero at 10'])
  })

  it('finds promises settled, and lets them settle', async () => {
    const { clock, seen, note } = scene()
    clock.setTimer(() => {
      clock.afterPoll(async () => {
        note('poll')()
        for (let i = 0; i < 100; i++) await null
        note('promise of the poll')()
      })
      clock.afterPoll(note('second of the poll'))
      void Promise.resolve().then(note('promise of the timer'))
    }, 1)
    await clock.advance(1)
    expect(seen.map((line) => line.replace(' at 1', ''))).toEqual([
      'promise of the timer',
      'poll',
      'promise of the poll',
      'second of the poll',
    ])
  })

  it('comes once for each time that was asked: who asks during a poll waits for the next', async () => {
    const { clock, seen, note } = scene()
    clock.afterPoll(() => {
      note('first')()
      clock.afterPoll(note('third'))
    })
    clock.afterPoll(note('second'))
    await clock.advance(0)
    expect(seen).toEqual(['first at 0', 'second at 0', 'third at 0'])
  })

  it('passes in settle() as well, and timers still wait', async () => {
    const { clock, seen, note } = scene()
    clock.setTimer(note('timer'), 0)
    clock.afterPoll(note('poll'))
    await clock.settle()
    expect(seen).toEqual(['poll at 0'])
  })

  it('comes after the timers that were due before the advance', async () => {
    const { clock, seen, note } = scene()
    clock.afterPoll(note('poll'))
    clock.setTimer(note('timer'), 0)
    await clock.advance(0)
    expect(seen).toEqual(['timer at 0', 'poll at 0'])
  })
})

describe('next', () => {
  it('jumps from timer to timer and says when there is none', async () => {
    const clock = manualClock()
    const fired: number[] = []
    for (const ms of [5, 5, 3_600_000]) clock.setTimer(() => fired.push(clock.now()), ms)
    expect(await clock.next()).toBe(true)
    expect(fired).toEqual([5, 5])
    expect(await clock.next()).toBe(true)
    expect(clock.now()).toBe(3_600_000)
    expect(await clock.next()).toBe(false)
    expect(clock.now()).toBe(3_600_000)
  })

  it('knows the timers that promises and polls are about to set', async () => {
    const clock = manualClock()
    void Promise.resolve().then(() => clock.afterPoll(() => clock.setTimer(() => {}, 7)))
    expect(await clock.next()).toBe(true)
    expect(clock.now()).toBe(7)
  })
})

describe('runAll', () => {
  it('goes on until no timer is left, and stands where the last one fell due', async () => {
    const clock = manualClock()
    let left = 5
    const again = (): void => {
      if (left-- > 0) clock.setTimer(again, 1_000)
    }
    again()
    await clock.runAll()
    expect([clock.now(), clock.pending]).toEqual([5_000, 0])
  })

  it('fails when more timers fire than its limit', async () => {
    const clock = manualClock()
    const forever = (): void => void clock.setTimer(forever, 1)
    forever()
    await expect(clock.runAll({ limit: 10 })).rejects.toThrow('10 timers fired and 1 still wait')
    expect(clock.now()).toBe(10)
  })

  it('takes as many timers as its limit', async () => {
    const clock = manualClock()
    for (let i = 0; i < 10; i++) clock.setTimer(() => {}, i)
    await clock.runAll({ limit: 10 })
    expect(clock.pending).toBe(0)
  })
})

describe('a timer that throws', () => {
  it('rejects the advance with its error, and leaves the rest to the next one', async () => {
    const clock = manualClock()
    const seen: string[] = []
    const error = new Error('thrown by a timer')
    clock.setTimer(() => {
      void Promise.resolve().then(() => seen.push('promise'))
      throw error
    }, 10)
    clock.setTimer(() => seen.push('same time'), 10)
    clock.setTimer(() => seen.push('later'), 20)
    await expect(clock.advance(100)).rejects.toBe(error)
    expect([clock.now(), clock.pending, seen]).toEqual([10, 2, ['promise']])
    await clock.advance(90)
    expect([clock.now(), clock.pending, seen]).toEqual([100, 0, ['promise', 'same time', 'later']])
  })

  it('does the same from within the poll', async () => {
    const clock = manualClock()
    const seen: string[] = []
    clock.afterPoll(() => {
      throw undefined
    })
    clock.afterPoll(() => seen.push('second'))
    await expect(clock.settle()).rejects.toBe(undefined)
    await clock.settle()
    expect(seen).toEqual(['second'])
  })

  it('of 0 ms that sets itself again fails in place of hanging', async () => {
    const clock = manualClock({ settling: 'microtasks' })
    const again = (): void => void clock.setTimer(again, 0)
    again()
    await expect(clock.advance(1)).rejects.toThrow('1000000 timers fired at 0 ms and time did not move on')
  }, 30_000)
})

describe('two at once', () => {
  it('are refused, and the first goes on', async () => {
    const clock = manualClock()
    const first = clock.advance(10)
    await expect(clock.advance(10)).rejects.toThrow('advance() was called while advance() still runs')
    await expect(clock.next()).rejects.toThrow('next() was called while advance() still runs')
    await expect(clock.settle()).rejects.toThrow('settle() was called while advance() still runs')
    await first
    expect(clock.now()).toBe(10)
    await clock.advance(1)
  })

  it('are refused from within a timer, too', async () => {
    const clock = manualClock()
    let inner: Promise<void> | undefined
    clock.setTimer(() => {
      inner = clock.runAll()
      inner.catch(() => {})
    }, 1)
    await clock.advance(1)
    await expect(inner).rejects.toThrow('runAll() was called while advance() still runs')
  })

  it('are no matter when the first has failed', async () => {
    const clock = manualClock()
    await expect(clock.advance(Number.NaN)).rejects.toThrow(RangeError)
    await clock.advance(1)
    expect(clock.now()).toBe(1)
  })
})

describe('calls that keep the process alive', () => {
  it('are counted until they are released', () => {
    const clock = manualClock()
    clock.retain()
    clock.retain()
    clock.release()
    expect(clock.retained).toBe(1)
    clock.release()
    expect(() => clock.release()).toThrow('release() was called more often than retain()')
    expect(clock.retained).toBe(0)
  })
})

describe('bad arguments', () => {
  const clock = manualClock({ now: 5 })
  const infinity = Number.POSITIVE_INFINITY
  it.each([
    ['now', () => manualClock({ now: Number.NaN }), RangeError, 'now must be a finite number, got NaN'],
    ['now', () => manualClock({ now: infinity }), RangeError, 'now must be a finite number, got Infinity'],
    ['now', () => manualClock({ now: '1' as never }), TypeError, 'now must be a number, got string'],
    [
      'settling',
      () => manualClock({ settling: 'no' as never }),
      RangeError,
      "settling must be 'turn' or 'microtasks', got 'no'",
    ],
    ['settling', () => manualClock({ settling: null as never }), TypeError, 'settling must be a string, got null'],
    ['ms', () => clock.setTimer(() => {}, -1), RangeError, 'ms must be a number of milliseconds from 0 up, got -1'],
    [
      'ms',
      () => clock.setTimer(() => {}, Number.NaN),
      RangeError,
      'ms must be a number of milliseconds from 0 up, got NaN',
    ],
    ['ms', () => clock.setTimer(() => {}, undefined as never), TypeError, 'ms must be a number, got undefined'],
    ['fn', () => clock.setTimer(undefined as never, 1), TypeError, 'fn must be a function, got undefined'],
    ['fn', () => clock.afterPoll({} as never), TypeError, 'fn must be a function, got object'],
  ])('throw at once: %s', (_, call, type, message) => {
    expect(call).toThrow(type)
    expect(call).toThrow(message)
  })

  it.each([
    ['ms', () => clock.advance(-1), RangeError, 'ms must be a number of milliseconds from 0 up, got -1'],
    ['ms', () => clock.advance(infinity), RangeError, 'ms must be a finite number, got Infinity'],
    ['ms', () => clock.advance('1' as never), TypeError, 'ms must be a number, got string'],
    ['time', () => clock.advanceTo(4), RangeError, 'time must be 5, which is now, or later, got 4'],
    ['time', () => clock.advanceTo(Number.NaN), RangeError, 'time must be a finite number, got NaN'],
    ['limit', () => clock.runAll({ limit: 0 }), RangeError, 'limit must be a number from 1 up, got 0'],
    ['limit', () => clock.runAll({ limit: '1' as never }), TypeError, 'limit must be a number, got string'],
  ])('reject what would move the clock: %s', async (_, call, type, message) => {
    await expect(call()).rejects.toThrow(type)
    await expect(call()).rejects.toThrow(message)
    expect(clock.now()).toBe(5)
  })
})
