import { getEventListeners } from 'node:events'
import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type Call, pipeline, policy } from '../src/index.ts'
import { bare, hanging } from './bare.ts'

const passing = pipeline(policy('passing', (next) => next()))
const on = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('a signal that many calls are given', () => {
  it('has one listener for a thousand pending calls and none when they are answered', async () => {
    const { signal } = new AbortController()
    const { promise, resolve } = Promise.withResolvers<number>()
    const answers = Array.from({ length: 1_000 }, () => passing.execute(() => promise, { signal }))
    expect(on(signal)).toBe(1)
    resolve(1)
    await Promise.all(answers)
    expect(on(signal)).toBe(0)
  })

  it('has none left after a thousand calls in a row', async () => {
    const { signal } = new AbortController()
    let most = 0
    for (let n = 0; n < 1_000; n++) {
      await passing.execute(
        async () => {
          most = Math.max(most, on(signal))
        },
        { signal },
      )
    }
    await Promise.resolve()
    expect([most, on(signal)]).toEqual([1, 0])
  })

  it('has none left after calls that answer at once', async () => {
    const { signal } = new AbortController()
    for (let n = 0; n < 100; n++) pipeline().execute(() => n, { signal })
    await Promise.resolve()
    expect(on(signal)).toBe(0)
  })

  it('has none left after calls that fail, throw or are refused', async () => {
    const { signal } = new AbortController()
    const refusing = policy('refusing', async () => {
      throw new Error('refused')
    })
    for (let n = 0; n < 100; n++) {
      await Promise.allSettled([
        passing.execute(() => Promise.reject(new Error('failed')), { signal }),
        passing.execute(
          () => {
            throw undefined
          },
          { signal },
        ),
        refusing.execute(() => 1, { signal }),
      ])
    }
    await Promise.resolve()
    expect(on(signal)).toBe(0)
  })

  it('has none left when it was aborted, though no operation ever settles', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const answers = Array.from({ length: 1_000 }, () => passing.execute(hanging, { signal }))
    controller.abort()
    await Promise.allSettled(answers)
    await Promise.resolve()
    expect(on(signal)).toBe(0)
  })

  it('has none left when the time of the calls ran out, though no operation ever settles', async () => {
    const clock = manualClock()
    const { signal } = new AbortController()
    const timed = pipeline(
      policy('passing', (next) => next()),
      bare(clock),
    )
    const answers = Promise.allSettled(
      Array.from({ length: 1_000 }, () => timed.execute(hanging, { signal, timeout: 10 })),
    )
    expect(on(signal)).toBe(1)
    await clock.advance(10)
    await answers
    await Promise.resolve()
    expect(on(signal)).toBe(0)
  })

  it('has one while a call is held, and none when nothing holds it', async () => {
    const { signal } = new AbortController()
    const body = Promise.withResolvers<void>()
    await passing.execute((call) => call.waitUntil(body.promise), { signal })
    expect(on(signal)).toBe(1)
    body.resolve()
    await new Promise(setImmediate)
    expect(on(signal)).toBe(0)
  })

  it('has none when the call that hung on it was aborted from elsewhere', async () => {
    const [own, outer] = [new AbortController(), new AbortController()]
    let call: Call | undefined
    const around = passing.execute(
      (given) => {
        call = given
        return passing.execute(hanging, { signal: own.signal, parent: given })
      },
      { signal: outer.signal },
    )
    expect([on(own.signal), on(outer.signal)]).toEqual([1, 1])
    outer.abort()
    await Promise.allSettled([around])
    await Promise.resolve()
    expect([on(own.signal), on(outer.signal), call?.aborted]).toEqual([0, 0, true])
  })

  it('is heard again by calls that come later', async () => {
    const controller = new AbortController()
    const { signal } = controller
    for (let n = 0; n < 20; n++) {
      await passing.execute(() => n, { signal })
      if (n % 3 === 0) await new Promise(setImmediate)
    }
    const answer = passing.execute(hanging, { signal })
    expect(on(signal)).toBe(1)
    controller.abort('now')
    await expect(answer).rejects.toBe('now')
  })

  it('is heard by the calls of two signals apart', async () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const first = passing.execute(hanging, { signal: one.signal })
    const second = passing.execute(() => 'answered', { signal: other.signal })
    one.abort('one')
    await expect(first).rejects.toBe('one')
    expect(await second).toBe('answered')
  })

  it('is heard where it follows others, or aborts by itself', async () => {
    const controller = new AbortController()
    const any = AbortSignal.any([controller.signal, new AbortController().signal])
    const answer = passing.execute(hanging, { signal: any })
    controller.abort('any')
    await expect(answer).rejects.toBe('any')
  })

  it('leaves calls alone that have ended meanwhile, while it tells the others', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const told: number[] = []
    const ends: (() => void)[] = []
    const answers = [0, 1, 2].map((n) => {
      const { promise, resolve } = Promise.withResolvers<number>()
      ends.push(() => resolve(n))
      return passing.execute(
        (call) => {
          call.signal.addEventListener('abort', () => {
            told.push(n)
            for (const end of ends) end()
          })
          return promise
        },
        { signal },
      )
    })
    controller.abort('all')
    expect(await Promise.allSettled(answers)).toEqual(answers.map(() => ({ status: 'rejected', reason: 'all' })))
    expect(told).toEqual([0, 1, 2])
  })
})
