import { manualClock, seededRandom } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { all, concurrency, memoryStore, RateLimitError, rateLimit, sharedLimiter, tokenBucket } from '../src/index.ts'
import { type Entry, worstExcess } from './oracle.ts'

const KEYS = ['a', 'b', 'c']

/** Many calls that wait, abort, finish and hang, in an order that a seed decides. */
async function muddle(seed: number, shared: boolean): Promise<void> {
  const random = seededRandom(seed)
  const clock = manualClock({ settling: 'microtasks' })
  const pick = (most: number): number => Math.floor(random() * most)
  const limiter = all(
    tokenBucket({ name: 'everybody', scope: 'global', rate: 50, burst: 5, clock }),
    tokenBucket({ name: 'own', rate: 20, burst: 3, clock }),
    concurrency({ name: 'slots', limit: 2, leaseTime: 60_000, clock }),
  )
  const store = sharedLimiter(memoryStore({ clock }), limiter.limits, { clock, timeout: 10_000 })
  const policy = rateLimit(shared ? store : limiter, { clock, maxWait: 500, maxQueued: 20 })
  const started: (Entry & { key: string; order: number })[] = []
  const running = new Map<string, number>()
  const answers: Promise<unknown>[] = []
  let order = 0
  for (let i = 0; i < 120; i++) {
    const key = KEYS[pick(3)] as string
    const controller = new AbortController()
    const turn = order++
    const work = pick(60)
    const answer = policy.execute(
      async () => {
        expect(controller.signal.aborted).toBe(false)
        started.push({ at: clock.now(), cost: 1, key, order: turn })
        running.set(key, (running.get(key) ?? 0) + 1)
        expect(running.get(key)).toBeLessThanOrEqual(2)
        await new Promise<void>((resolve) => {
          clock.setTimer(resolve, work)
        })
        running.set(key, (running.get(key) ?? 0) - 1)
      },
      { key, signal: controller.signal },
    )
    answers.push(
      answer.catch((error: unknown) => expect(error instanceof RateLimitError || error === 'gone').toBe(true)),
    )
    if (pick(4) === 0) clock.setTimer(() => controller.abort('gone'), pick(300))
    if (pick(3) > 0) await clock.advance(pick(40))
  }
  await clock.advance(5_000)
  await Promise.all(answers)
  expect(worstExcess(started, 50, 1_000, 5)).toBeLessThanOrEqual(0)
  for (const key of KEYS) {
    const own = started.filter((entry) => entry.key === key)
    expect(worstExcess(own, 20, 1_000, 3)).toBeLessThanOrEqual(0)
    if (!shared)
      expect(own.map((entry) => entry.order)).toEqual(own.map((entry) => entry.order).toSorted((a, b) => a - b))
    expect(running.get(key) ?? 0).toBe(0)
    if (shared) expect(await store.peek(key)).toMatchObject({ allowed: true, remaining: 2 })
    else expect(limiter.peek(key)).toMatchObject({ allowed: true, remaining: 2, resetAfter: 0 })
  }
}

it.each([
  ['in memory', false],
  ['on a store', true],
])('holds rates, slots and order through any muddle of waits, aborts and long runs: %s', async (_, shared) => {
  for (let seed = 1; seed <= 25; seed++) await muddle(seed, shared)
})
