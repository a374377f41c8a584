import { type EventRecorder, type ManualClock, manualClock, recordEvents } from '@holdfast/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { type Drain, type DrainEvent, type DrainOptions, type DrainReport, drain } from '../src/index.ts'

interface Scene {
  readonly clock: ManualClock
  readonly events: EventRecorder<DrainEvent>
  readonly exits: number[]
  readonly end: Drain
}

const made: Drain[] = []

/** A drain on a manual clock that exits nowhere. */
function scene(options: DrainOptions = {}): Scene {
  const clock = manualClock()
  const events = recordEvents<DrainEvent>()
  const exits: number[] = []
  const end = drain({ clock, onEvent: events, exit: (code) => exits.push(code), ...options })
  made.push(end)
  return { clock, events, exits, end }
}

const listeners = (): number => process.listenerCount('SIGTERM')
const kill = (signal: NodeJS.Signals = 'SIGTERM'): boolean => process.emit(signal, signal)

/** What a promise has come to, `undefined` while it is pending. */
function watched(promise: Promise<DrainReport>): { report: DrainReport | undefined } {
  const seen: { report: DrainReport | undefined } = { report: undefined }
  void promise.then((report) => {
    seen.report = report
  })
  return seen
}

afterEach(() => {
  for (const end of made.splice(0)) end[Symbol.dispose]()
  expect(listeners()).toBe(0)
})

describe('a drain', () => {
  it('serves until it starts', () => {
    const { end } = scene()
    expect([end.phase, end.draining, end.accepting, end.inFlight]).toEqual(['serving', false, true, 0])
  })

  it.each(['start', 'force'] as const)('is one, whoever is told that it starts and says %s()', async (again) => {
    const clock = manualClock()
    const events = recordEvents<DrainEvent>()
    const onEvent = (event: DrainEvent) => {
      events(event)
      void end[again]()
    }
    const end: Drain = drain({ clock, signals: [], onEvent })
    const done = end.start('deploy')
    expect(end.start()).toBe(done)
    await clock.advance(10)
    expect(await done).toMatchObject({ reason: 'deploy', forced: again === 'force' })
    expect(events.types()).toEqual(['drain.started', 'drain.stopping', 'drain.closing', 'drain.finished'])
  })

  it('tells of an exit that throws by a warning, and raises nothing', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const { clock } = scene({
      exit: () => {
        throw new Error('not now')
      },
    })
    kill()
    await clock.advance(10)
    expect((await warned).message).toMatch("exit of 'drain' failed")
  })

  it('is not ready at once, accepts on for the delay, then stops, finishes, closes and is over', async () => {
    const { clock, end, events } = scene({ delay: 5_000 })
    const said: string[] = []
    end.onStop(() => said.push(`stop ${end.phase}`))
    end.onClose(() => said.push(`close ${end.phase}`))
    const leave = end.enter()
    const done = watched(end.start('deploy'))
    expect([end.phase, end.draining, end.accepting]).toEqual(['delaying', true, true])
    await clock.advance(4_999)
    expect([end.phase, said]).toEqual(['delaying', []])
    await clock.advance(1)
    expect([end.phase, end.accepting, said]).toEqual(['finishing', false, ['stop finishing']])
    await clock.advance(100)
    leave()
    await clock.settle()
    expect([end.phase, end.draining, said]).toEqual(['drained', true, ['stop finishing', 'close closing']])
    const report = { reason: 'deploy', clean: true, forced: false, abandoned: 0, errors: [], duration: 5_100 }
    expect(done.report).toEqual(report)
    expect(events.events).toEqual([
      { type: 'drain.started', policy: 'drain', reason: 'deploy', inFlight: 1 },
      { type: 'drain.stopping', policy: 'drain', inFlight: 1 },
      { type: 'drain.closing', policy: 'drain', abandoned: 0 },
      { type: 'drain.finished', policy: 'drain', ...report },
    ])
    expect([clock.pending, clock.retained]).toEqual([0, 0])
  })

  it('keeps the process alive while it goes on, and not before', async () => {
    const { clock, end } = scene({ delay: 1_000 })
    expect(clock.retained).toBe(0)
    void end.start()
    expect(clock.retained).toBe(1)
    await clock.advance(1_000)
    expect(clock.retained).toBe(0)
  })

  it('waits for what stops, and for work that came until then', async () => {
    const { clock, end } = scene()
    const closed = Promise.withResolvers<void>()
    end.onStop(() => closed.promise)
    const done = watched(end.start())
    await clock.advance(10)
    const leave = end.enter()
    closed.resolve()
    await clock.advance(10)
    expect(done.report).toBeUndefined()
    leave()
    await clock.settle()
    expect(done.report).toMatchObject({ clean: true, duration: 20 })
  })

  it('waits for work that the last work has brought', async () => {
    const { clock, end } = scene()
    const leave = end.enter()
    const done = watched(end.start())
    await clock.settle()
    leave()
    const next = end.enter()
    await clock.advance(10)
    expect(done.report).toBeUndefined()
    next()
    await clock.settle()
    expect(done.report?.clean).toBe(true)
  })

  it('takes what has arrived by then for accepted', async () => {
    const { clock, end } = scene()
    let leave: (() => void) | undefined
    const stopped: boolean[] = []
    end.onStop(() => stopped.push(leave !== undefined))
    clock.afterPoll(() => {
      leave = end.enter()
    })
    const done = watched(end.start())
    await clock.advance(10)
    expect([stopped, done.report]).toEqual([[true], undefined])
    leave?.()
    clock.afterPoll(() => {
      leave = end.enter()
    })
    await clock.advance(10)
    expect(done.report).toBeUndefined()
    leave?.()
    await clock.settle()
    expect(done.report?.clean).toBe(true)
  })

  it('counts promises until they settle, either way, and hands them on', async () => {
    const { clock, end } = scene()
    const one = Promise.resolve('one')
    const two = Promise.reject(new Error('two'))
    expect(end.track(one)).toBe(one)
    end.track(two).catch(() => {})
    expect(end.inFlight).toBe(2)
    await clock.settle()
    expect(end.inFlight).toBe(0)
    expect(() => end.track(5 as never)).toThrow('work must be a promise, got 5')
  })

  it('counts the end of a work once', () => {
    const { end } = scene()
    const leave = end.enter()
    end.enter()
    leave()
    leave()
    expect(end.inFlight).toBe(1)
  })

  it('gives work up when its time is out, says so to it, and closes all the same', async () => {
    const { clock, end } = scene({ timeout: 1_000 })
    const said: string[] = []
    end.enter()
    end.enter()
    end.onClose(() => said.push('closed'))
    end.signal.addEventListener('abort', () => {
      said.push(String(end.signal.reason))
      clock.afterPoll(() => said.push('a last answer'))
    })
    const done = watched(end.start())
    await clock.advance(999)
    expect(said).toEqual([])
    await clock.advance(1)
    expect(said).toEqual(['TimeoutError: drain: no answer within 1000 ms', 'a last answer', 'closed'])
    expect(done.report).toMatchObject({ clean: false, forced: false, abandoned: 2, duration: 1_000 })
  })

  it('waits no longer than its time for what does not stop', async () => {
    const { clock, end } = scene({ timeout: 1_000 })
    end.onStop(() => new Promise(() => {}))
    const done = watched(end.start())
    await clock.advance(1_000)
    expect(done.report).toMatchObject({ clean: false, abandoned: 0 })
  })

  it('stops all at once, and closes one after another, the last that was added first', async () => {
    const { clock, end } = scene()
    const said: string[] = []
    const hook = (name: string) => async () => {
      said.push(`${name} begins`)
      await new Promise<void>((resolve) => clock.setTimer(resolve, 10))
      said.push(`${name} ends`)
    }
    for (const name of ['a', 'b']) end.onStop(hook(name))
    for (const name of ['c', 'd']) end.onClose(hook(name))
    void end.start()
    await clock.runAll()
    expect(said).toEqual(['a begins', 'b begins', 'a ends', 'b ends', 'd begins', 'd ends', 'c begins', 'c ends'])
  })

  it('goes on when hooks fail, tells of each, and is not clean', async () => {
    const { clock, end, events } = scene()
    const errors = [new Error('stop'), new Error('close')]
    const said: string[] = []
    end.onClose(() => said.push('closed'))
    end.onClose(() => Promise.reject(errors[1]))
    end.onStop(() => {
      throw errors[0]
    })
    const done = watched(end.start())
    await clock.settle()
    expect(said).toEqual(['closed'])
    expect(done.report).toMatchObject({ clean: false, errors })
    expect(events.of('drain.hook-failed')).toEqual([
      { type: 'drain.hook-failed', policy: 'drain', hook: 'stop', error: errors[0] },
      { type: 'drain.hook-failed', policy: 'drain', hook: 'close', error: errors[1] },
    ])
  })

  it('waits no longer than closeTimeout for what does not close, and calls the others', async () => {
    const { clock, end } = scene({ closeTimeout: 500 })
    const said: string[] = []
    end.onClose(() => said.push('closed'))
    end.onClose(() => new Promise(() => {}))
    const done = watched(end.start())
    await clock.advance(499)
    expect(said).toEqual([])
    await clock.advance(1)
    expect(said).toEqual(['closed'])
    expect(done.report).toMatchObject({ clean: false, duration: 500 })
  })

  it('lets go of hooks, and calls those at once that come too late', async () => {
    const { clock, end } = scene()
    const said: string[] = []
    end.onStop(() => said.push('gone'))[Symbol.dispose]()
    void end.start()
    await clock.settle()
    end.onStop(() => said.push('late stop'))
    end.onClose(() => said.push('late close'))[Symbol.dispose]()
    expect(said).toEqual(['late stop', 'late close'])
    expect(() => end.onStop(5 as never)).toThrow('hook must be a function, got 5')
  })

  it('starts once, whoever starts it how often', async () => {
    const { clock, end, events } = scene()
    expect(end.start('a')).toBe(end.start('b'))
    kill()
    await clock.settle()
    expect(end.start()).toBe(end.start())
    expect(events.of('drain.started').map(({ reason }) => reason)).toEqual(['a'])
    expect(() => end.start(5 as never)).toThrow(TypeError)
  })

  it.each([
    ['at once', 0, ['stop', 'first', 'second']],
    ['in its delay', 500, ['stop', 'first', 'second']],
    ['while it finishes', 1_500, ['stop', 'first', 'second']],
    ['while it closes', 3_500, ['stop', 'second', 'first']],
  ])('ends when it is forced %s, and calls the hooks without waiting', async (_, at, calls) => {
    const { clock, end } = scene({ delay: 1_000, timeout: 2_000 })
    const said: string[] = []
    end.enter()
    end.onStop(() => said.push('stop'))
    end.onClose(() => said.push('first'))
    end.onClose(() => {
      said.push('second')
      return new Promise(() => {})
    })
    const done = watched(end.start())
    await clock.advance(at)
    end.force()
    await clock.settle()
    expect(said).toEqual(calls)
    expect(done.report).toMatchObject({ clean: false, forced: true, abandoned: 1, duration: at })
    expect(end.signal.aborted).toBe(true)
    expect([clock.pending, clock.retained]).toEqual([0, 0])
  })

  it('starts when it is forced, and does nothing more once it is over', async () => {
    const { clock, end, events } = scene({ delay: 1_000 })
    end.force()
    await clock.settle()
    expect(events.of('drain.finished')).toMatchObject([{ reason: 'force()', forced: true }])
    end.force()
    await clock.settle()
    expect(events.of('drain.finished')).toHaveLength(1)
  })
})

describe('a drain on signals', () => {
  it('begins at the first, and exits with 0 when it was clean', async () => {
    const { clock, end, events, exits } = scene()
    kill()
    expect(end.draining).toBe(true)
    await clock.settle()
    expect(exits).toEqual([0])
    expect(events.of('drain.started')[0]?.reason).toBe('SIGTERM')
  })

  it.each([
    ['work is given up', (end: Drain) => void end.enter()],
    ['a hook fails', (end: Drain) => void end.onClose(() => Promise.reject(new Error('no')))],
  ])('exits with 1 when %s', async (_, spoil) => {
    const { clock, end, exits } = scene({ timeout: 100 })
    spoil(end)
    kill()
    await clock.advance(100)
    expect(exits).toEqual([1])
  })

  it('forces it at the second', async () => {
    const { clock, end, exits } = scene({ delay: 60_000 })
    end.enter()
    kill()
    await clock.advance(1_000)
    expect(exits).toEqual([])
    kill()
    await clock.settle()
    expect([end.phase, exits]).toEqual(['drained', [1]])
  })

  it('takes the same signal twice at a time for one', async () => {
    const { clock, end, exits } = scene({ delay: 5_000, signals: ['SIGTERM', 'SIGINT'] })
    kill()
    kill('SIGINT')
    await clock.advance(499)
    kill()
    expect(end.phase).toBe('delaying')
    await clock.advance(4_501)
    expect(exits).toEqual([0])
  })

  it('exits, too, where it was started before the signal came; not where none came', async () => {
    const { clock, end, exits } = scene({ delay: 1_000 })
    void end.start()
    kill()
    await clock.advance(1_000)
    expect(exits).toEqual([0])
    const other = scene()
    void other.end.start()
    await other.clock.settle()
    expect(other.exits).toEqual([])
  })

  it('leaves no listener on the process: when it is over, and when it is disposed of', async () => {
    const { clock, end } = scene()
    expect(listeners()).toBe(1)
    void end.start()
    await clock.settle()
    expect(listeners()).toBe(0)
    {
      using other = scene().end
      expect([listeners(), other.phase]).toEqual([1, 'serving'])
    }
    expect(listeners()).toBe(0)
    scene({ signals: [] })
    expect(listeners()).toBe(0)
  })

  it.each([
    [null, TypeError, 'options must be an object, got null'],
    [{ signals: 'SIGTERM' }, TypeError, "signals must be an array of names of signals, got 'SIGTERM'"],
    [{ signals: [15] }, TypeError, 'signals must be an array of names of signals, got [ 15 ]'],
    [
      { signals: ['SIGTERM', 'SIGKILL'] },
      RangeError,
      'signals must be an array of names of signals that a process can',
    ],
    [{ signals: ['SIGNONE'] }, RangeError, 'signals must be an array of names of signals that a process can listen to'],
    [{ delay: -1 }, RangeError, 'delay must be a number of milliseconds from 0 up, got -1'],
    [{ delay: Infinity }, RangeError, 'delay must be a number of milliseconds from 0 up, got Infinity'],
    [{ timeout: 0 }, RangeError, 'timeout must be a number of milliseconds above 0, got 0'],
    [{ timeout: '5' }, TypeError, "timeout must be a number of milliseconds above 0, got '5'"],
    [{ closeTimeout: NaN }, RangeError, 'closeTimeout must be a number of milliseconds above 0, got NaN'],
    [{ exit: 0 }, TypeError, 'exit must be a function, got 0'],
    [{ name: '' }, RangeError, "name must be a string with at least one character, got ''"],
    [{ onEvent: 5 }, TypeError, 'onEvent must be a function, got 5'],
    [{ clock: {} }, TypeError, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
  ])('refuses %o', (options, kind, message) => {
    expect(() => drain(options as never)).toThrow(kind)
    expect(() => drain(options as never)).toThrow(message)
    expect(listeners()).toBe(0)
  })
})
