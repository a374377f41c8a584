import { getEventListeners } from 'node:events'
import { budget } from '@holdfast/budget'
import { type Call, pipeline, policy } from '@holdfast/core'
import { manualClock, recordEvents, seededRandom } from '@holdfast/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type HedgeEvent, hedge } from '../src/index.ts'
import { gate, upstream, watch } from './attempts.ts'

const boom = new Error('boom')
const enough = new Error('enough')
const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', onUnhandled))
afterAll(() => {
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})

describe('the caller’s abort', () => {
  it('starts nothing when it came before', async () => {
    const operation = vi.fn()
    const answer = hedge({ delay: 10 }).execute(operation, { signal: AbortSignal.abort(enough) })
    await expect(answer).rejects.toBe(enough)
    expect(operation).not.toHaveBeenCalled()
  })

  it.each([0, 5, 10, 11, 14, 19])('at %i ms answers at once, and starts no operation after it', async (at) => {
    const { clock, operation, calls } = upstream({ after: 12, error: boom }, { after: 50, deaf: true })
    const controller = new AbortController()
    const answer = watch(hedge({ delay: 10, maxHedges: 3, clock }).execute(operation, { signal: controller.signal }))
    await clock.advance(at)
    const before = calls.length
    controller.abort(enough)
    await clock.settle()
    expect(answer).toEqual({ state: 'failed', error: enough })
    expect(calls.every((call, index) => call.aborted || index < before - 1)).toBe(true)
    await clock.runAll()
    expect(calls).toHaveLength(before)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    expect(clock.retained).toBe(0)
  })

  it('reaches every attempt that runs, with the caller’s own reason', async () => {
    const { clock, operation, calls } = upstream({ after: 300 })
    const controller = new AbortController()
    const answer = watch(hedge({ delay: 10, maxHedges: 2, clock }).execute(operation, { signal: controller.signal }))
    await clock.advance(25)
    controller.abort(enough)
    expect(calls.map(({ abortedBy, signal }) => [abortedBy, signal.reason])).toEqual(
      Array.from({ length: 3 }, () => ['caller', enough]),
    )
    await clock.settle()
    expect(answer.state).toBe('failed')
  })

  it('that the operation itself calls for ends it before its hedge', async () => {
    const controller = new AbortController()
    const operation = vi.fn(() => {
      controller.abort(enough)
      throw boom
    })
    const answer = hedge({ delay: 10 }).execute(operation, { signal: controller.signal })
    await expect(answer).rejects.toBe(enough)
    expect(operation).toHaveBeenCalledOnce()
  })

  it('gives the permits back when the attempts have settled', async () => {
    const { clock, operation } = upstream({ after: 100, deaf: true }, { after: 100 })
    const one = gate(1)
    const controller = new AbortController()
    watch(pipeline(one.policy, hedge({ delay: 10, clock })).execute(operation, { signal: controller.signal }))
    await clock.advance(20)
    controller.abort(enough)
    await clock.settle()
    expect(one.taken).toBe(1)
    await clock.advance(80)
    expect(one.taken).toBe(0)
  })

  it('is not told as a hedge that won or lost before the attempts have settled', async () => {
    const { clock, operation } = upstream({ after: 100 })
    const onEvent = recordEvents<HedgeEvent>()
    const controller = new AbortController()
    watch(hedge({ delay: 10, clock, onEvent }).execute(operation, { signal: controller.signal }))
    await clock.advance(5)
    controller.abort(enough)
    await clock.runAll()
    expect(onEvent.events).toEqual([])
  })
})

describe('a deadline around it', () => {
  it('ends all attempts and is a timeout to them', async () => {
    const { clock, operation, calls } = upstream({ after: 300 })
    const answer = watch(hedge({ delay: 10, clock }).execute(operation, { timeout: 50 }))
    await clock.advance(50)
    expect(answer.error).toMatchObject({ code: 'ERR_TIMEOUT' })
    expect(calls.map(({ abortedBy }) => abortedBy)).toEqual(['timeout', 'timeout'])
    await clock.runAll()
    expect(calls).toHaveLength(2)
  })

  it.each([
    ['a primary that is aborted', 0, [{ after: 300 }]],
    ['a primary that fails later', 0, [{ after: 300, error: boom, deaf: true }]],
    ['a primary that had failed, and a hedge that is aborted', 1, [{ after: 5, error: boom }, { after: 300 }]],
    [
      'one that had failed, and a hedge that goes on',
      1,
      [
        { after: 5, error: boom },
        { after: 300, deaf: true },
      ],
    ],
  ])('pays for no hedge after it: %s', async (_, hedges, attempts) => {
    const { clock, operation } = upstream(...attempts)
    const onEvent = recordEvents<HedgeEvent>()
    const paid = budget({ ratio: 0, initial: 5 })
    const policy = hedge({ delay: 10, maxHedges: 3, budget: paid, clock, onEvent })
    const answer = watch(policy.execute(operation, { timeout: 9 }))
    await clock.runAll()
    expect(answer.state).toBe('failed')
    expect(paid.balance).toBe(5 - hedges)
    expect(onEvent.of('hedge.started')).toHaveLength(hedges)
  })

  it('that comes before the delay leaves no hedge behind', async () => {
    const { clock, operation, calls } = upstream({ after: 300, deaf: true })
    const answer = watch(hedge({ delay: 80, clock }).execute(operation, { timeout: 50 }))
    await clock.runAll()
    expect(answer.state).toBe('failed')
    expect(calls).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })
})

/** One seeded story: a few hedged calls, with attempts that do as they like, and callers who give up. */
async function story(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const clock = manualClock({ settling: 'microtasks' })
  const maxHedges = random.int(1, 3)
  const initial = random.int(0, 6)
  const paid = budget({ ratio: 0.000_001, initial })
  const events = recordEvents<HedgeEvent>()
  const outer = gate(1_000)
  const inner = gate(random.pick([2, 1_000]))
  const discarded: unknown[] = []
  const policy = pipeline(
    outer.policy,
    hedge({
      delay: random.int(0, 12),
      maxHedges,
      budget: paid,
      clock,
      onEvent: events,
      onDiscard: (v) => discarded.push(v),
    }),
    inner.policy,
  )
  let running = 0
  let started = 0
  const values = new Set<string>()
  const answers: Promise<void>[] = []

  function oneCall(id: number): void {
    const controller = new AbortController()
    const attempts: Call[] = []
    let over = false
    const at = clock.now()
    const operation = (call: Call): unknown => {
      expect(over, `seed ${seed}: an operation started after the call was over`).toBe(false)
      expect(call.aborted).toBe(false)
      attempts.push(call)
      started++
      const value = `${id}.${attempts.length}`
      const kind = random.pick(['ok', 'ok', 'fail', 'throw', 'plain'] as const)
      if (kind === 'throw') throw new Error(value)
      if (kind === 'plain') {
        values.add(value)
        return value
      }
      running++
      const settled = new Promise((resolve, reject) => {
        const end = (): void => {
          if (kind === 'ok') values.add(value)
          if (kind === 'ok') resolve(value)
          else reject(new Error(value))
        }
        const timer = clock.setTimer(end, random.int(0, 20))
        if (random() < 0.5) return
        call.signal.addEventListener('abort', () => {
          timer.cancel()
          reject(call.signal.reason)
        })
      })
      settled.then(
        () => running--,
        () => running--,
      )
      return settled
    }
    if (random() < 0.4) {
      clock.setTimer(
        () => {
          over = true
          controller.abort(enough)
        },
        random.int(0, 25),
      )
    }
    const answer = policy.execute(operation, { signal: controller.signal }).then(
      (value) => {
        over = true
        expect(values.delete(value as string), `seed ${seed}: ${value} came out`).toBe(true)
      },
      (error: Error) => {
        over = true
        if (error !== enough && attempts.length > 0) expect(error.message).toBe(`${id}.1`)
      },
    )
    answers.push(
      answer.then(() => {
        expect(attempts.length).toBeLessThanOrEqual(1 + maxHedges)
        expect(clock.now() - at).toBeLessThanOrEqual(200)
      }),
    )
  }

  for (let id = 0; id < 4; id++) clock.setTimer(() => oneCall(id), random.int(0, 10))
  await clock.runAll()
  await Promise.all(answers)
  await clock.settle()

  expect(running).toBe(0)
  expect([outer.taken, inner.taken], `seed ${seed}`).toEqual([0, 0])
  expect(clock.pending).toBe(0)
  expect(clock.retained).toBe(0)
  const hedges = events.of('hedge.started').length
  const refunds = Math.round(paid.balance) - (initial - hedges)
  expect(refunds, `seed ${seed}`).toBeGreaterThanOrEqual(0)
  expect(started + refunds, `seed ${seed}`).toBeGreaterThanOrEqual(hedges)
  // Whatever came to a value and did not go out was handed to onDiscard.
  for (const value of discarded) expect(values.delete(value as string), `seed ${seed}: ${value} twice`).toBe(true)
  expect([...values], `seed ${seed}`).toEqual([])
}

describe('ten thousand stories', () => {
  it.each([0, 1, 2, 3])(
    'in which nothing is lost, answered twice, or started too late (%i of 4)',
    { timeout: 60_000 },
    async (quarter) => {
      for (let seed = quarter * 2_500; seed < (quarter + 1) * 2_500; seed++) await story(seed)
    },
  )
})

describe('a policy of one’s own inside', () => {
  it('that goes on after it was aborted keeps the call held, not its caller', async () => {
    const clock = manualClock()
    const stubborn = policy('stubborn', async (next) => {
      await next().catch(() => {})
      return next()
    })
    const answer = watch(
      pipeline(hedge({ delay: 10, clock }), stubborn).execute(
        (call) => new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
        { timeout: 30 },
      ),
    )
    await clock.runAll()
    expect(answer.error).toMatchObject({ code: 'ERR_TIMEOUT' })
  })
})
