import { AsyncLocalStorage } from 'node:async_hooks'
import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { pipeline, policy } from '../src/index.ts'
import { bare, hanging } from './bare.ts'

const who = new AsyncLocalStorage<string>()

describe('an abort listener on the signal of a call', () => {
  it('sees the async context in which the signal was first read, whoever aborts', async () => {
    const clock = manualClock()
    const seen: (string | undefined)[] = []
    const listening = (call: { signal: AbortSignal }): Promise<never> => {
      call.signal.addEventListener('abort', () => seen.push(who.getStore()))
      return hanging()
    }
    const free = pipeline(
      policy('passing', (next) => next()),
      bare(clock),
    )
    const controller = new AbortController()
    who.run('first', () => free.execute(listening, { signal: controller.signal }).catch(() => {}))
    who.run('second', () => free.execute(listening, { signal: controller.signal }).catch(() => {}))
    who.run('third', () => free.execute(listening, { timeout: 10 }).catch(() => {}))
    who.run('fourth', () => free.execute(listening, { timeout: 10 }).catch(() => {}))
    who.run('aborter', () => controller.abort())
    await who.run('clock', () => clock.advance(10))
    expect(seen).toEqual(['first', 'second', 'third', 'fourth'])
  })

  it('goes on in that context', async () => {
    const controller = new AbortController()
    const seen = Promise.withResolvers<string | undefined>()
    who.run('reader', () =>
      pipeline()
        .execute(
          (call) => {
            call.signal.addEventListener('abort', async () => {
              await null
              seen.resolve(who.getStore())
            })
            return hanging()
          },
          { signal: controller.signal },
        )
        .catch(() => {}),
    )
    who.run('aborter', () => controller.abort())
    expect(await seen.promise).toBe('reader')
  })
})

describe('the caller', () => {
  it('goes on in his own context after an answer, an abort and a timeout', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const going = (name: string, options: object) =>
      who.run(name, async () => {
        await bare(clock)
          .execute(options === answered ? () => 1 : hanging, options)
          .catch(() => {})
        return who.getStore()
      })
    const answered = {}
    const all = [
      going('answered', answered),
      going('aborted', { signal: controller.signal }),
      going('timed out', { timeout: 10 }),
      going('timed out, too', { timeout: 10 }),
    ]
    who.run('aborter', () => controller.abort())
    await who.run('clock', () => clock.advance(10))
    expect(await Promise.all(all)).toEqual(['answered', 'aborted', 'timed out', 'timed out, too'])
  })
})

describe('a timer that many calls share', () => {
  it('is set in nobody’s context', async () => {
    const clock = manualClock()
    const seen: (string | undefined)[] = []
    const watching = {
      ...clock,
      now: () => clock.now(),
      setTimer: (fn: () => void, ms: number) => {
        seen.push(who.getStore())
        return clock.setTimer(() => {
          seen.push(who.getStore())
          fn()
        }, ms)
      },
    }
    for (const name of ['first', 'second']) {
      who.run(name, () =>
        bare(watching)
          .execute(hanging, { timeout: 10 })
          .catch(() => {}),
      )
      await who.run('clock', () => clock.advance(5))
    }
    await clock.advance(50)
    expect(seen.length).toBeGreaterThanOrEqual(4)
    expect(seen.filter((name) => name === 'first' || name === 'second')).toEqual([])
  })
})
