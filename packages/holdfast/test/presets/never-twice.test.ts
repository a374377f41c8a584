import { manualClock, seededRandom } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { budget, RefusedError, standardPipeline } from '../../src/index.ts'

class BusyError extends RefusedError {
  readonly code = 'ERR_BUSY'
}

interface Story {
  /** The most runs that any one call had. */
  readonly most: number
  readonly retried: number
  readonly left: readonly number[]
}

/** Many calls of what may not run twice, through little room, in a hurry; it fails, hangs, is given up, and refuses by itself. */
async function tell(seed: number): Promise<Story> {
  const random = seededRandom(seed)
  const clock = manualClock({ settling: 'microtasks' })
  let retried = 0
  const policy = standardPipeline({
    clock,
    random,
    timeout: random.int(50, 2_000),
    attemptTimeout: random.int(5, 60),
    maxAttempts: random.int(2, 5),
    maxConcurrent: random.int(1, 2),
    maxQueued: random.int(0, 2),
    breaker: random() < 0.5 ? false : { consecutive: 3, openFor: 20 },
    budget: budget({ initial: 50, max: 50 }),
    onEvent: ({ type }) => {
      if (type === 'retry.scheduled') retried++
    },
  })
  const runs = new Map<number, number>()
  const operation = (id: number): unknown => {
    runs.set(id, (runs.get(id) ?? 0) + 1)
    const dice = random()
    if (dice < 0.2) throw new Error('sync')
    if (dice < 0.4) throw new BusyError('inside', { policy: 'standard.bulkhead', retryAfter: 1 })
    if (dice < 0.5) return new Promise<void>((resolve) => clock.setTimer(resolve, 200))
    return new Promise<void>((resolve, reject) => clock.setTimer(random() < 0.5 ? resolve : reject, random.int(1, 40)))
  }
  const calls = Array.from({ length: random.int(2, 12) }, (_, id) => {
    const giveUp = new AbortController()
    if (random() < 0.2) clock.setTimer(() => giveUp.abort(), random.int(0, 100))
    return policy.execute(() => operation(id), { signal: giveUp.signal })
  })
  const settled = Promise.allSettled(calls)
  await clock.runAll()
  await settled
  const { running, queued } = policy.bulkhead?.snapshot() ?? { running: -1, queued: -1 }
  return {
    most: Math.max(...runs.values()),
    retried,
    left: [running, queued, clock.retained],
  }
}

it('never runs twice what may not, in two thousand seeded stories, and yet repeats what was turned away', async () => {
  let retried = 0
  for (let seed = 1; seed <= 2_000; seed++) {
    const story = await tell(seed)
    expect({ seed, most: story.most, left: story.left }).toEqual({ seed, most: 1, left: [0, 0, 0] })
    retried += story.retried
  }
  expect(retried).toBeGreaterThan(1_000)
})

it('answers a hundred thousand calls at once, each with its own answer', async () => {
  const clock = manualClock({ settling: 'microtasks' })
  const policy = standardPipeline({
    clock,
    idempotent: true,
    maxConcurrent: 100,
    maxQueued: Infinity,
    attemptTimeout: 50,
  })
  const calls = Array.from({ length: 100_000 }, (_, id) =>
    policy.execute(() => (id % 10 === 0 ? Promise.resolve(id) : id)),
  )
  expect(await Promise.all(calls)).toEqual(calls.map((_, id) => id))
  await clock.runAll()
  expect([policy.bulkhead?.snapshot().running, clock.retained]).toEqual([0, 0])
})
