import { AsyncLocalStorage } from 'node:async_hooks'
import { constant } from '@holdfast/backoff'
import { budget } from '@holdfast/budget'
import { bulkhead } from '@holdfast/bulkhead'
import { type Call, type Policy, pipeline } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { hedge } from '@holdfast/hedge'
import { retry } from '@holdfast/retry'
import { manualClock, type SeededRandom, seededRandom } from '@holdfast/testing'
import { timeout } from '@holdfast/timeout'
import { describe, expect, it } from 'vitest'

const STORIES = 10_000

/** A bulkhead of 1 or 2 inside whatever repeats, with timeouts around and inside, over work that may ignore its signal. */
async function tell(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const clock = manualClock({ settling: 'microtasks' })
  const limit = random.int(1, 2)
  const shared = budget({ initial: 20, max: 20 })
  const limited = bulkhead({ maxConcurrent: limit, maxQueued: random.int(0, 3), clock })
  const others: Policy[] = [
    retry({ clock, random, budget: shared, backoff: constant(random.int(0, 15)), retryRefused: random() < 0.5 }),
    timeout({ clock, timeout: random.int(5, 40) }),
    hedge({ clock, budget: shared, delay: random.int(1, 15), minSamples: 1 }),
    timeout({ clock, timeout: random.int(5, 40) }),
  ]
  const chosen = random.shuffle(others).slice(0, random.int(1, others.length))
  // A permit is for one run of what the bulkhead encloses: where that repeats, one permit is right for two.
  const repeats = chosen.findLastIndex(({ name }) => name === 'retry' || name === 'hedge')
  const at = random.int(repeats + 1, chosen.length)
  const policy = pipeline(...chosen.slice(0, at), limited, ...chosen.slice(at))
  const witness = { running: 0, most: 0 }

  const calls = Array.from({ length: random.int(1, 5) }, async () => {
    await wait(clock, random.int(0, 20))
    const giveUp = new AbortController()
    if (random() < 0.4) clock.setTimer(() => giveUp.abort(), random.int(0, 50))
    return await policy.execute((call) => workOf(clock, random, witness, call), { signal: giveUp.signal })
  })
  const settled = Promise.allSettled(calls)
  await clock.runAll()
  await settled
  await clock.runAll()
  expect({ seed, tooMany: witness.most > limit, running: witness.running }).toEqual({
    seed,
    tooMany: false,
    running: 0,
  })
  expect({ seed, ...limited.snapshot() }).toEqual({ seed, limit, running: 0, queued: 0 })
  expect({ seed, retained: clock.retained }).toEqual({ seed, retained: 0 })
}

function wait(clock: ReturnType<typeof manualClock>, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(resolve, ms))
}

async function workOf(
  clock: ReturnType<typeof manualClock>,
  random: SeededRandom,
  witness: { running: number; most: number },
  call: Call,
): Promise<string> {
  witness.running++
  witness.most = Math.max(witness.most, witness.running)
  const listens = random() < 0.3
  const heard = new Promise<void>((resolve) => {
    if (listens) call.signal.addEventListener('abort', () => resolve())
  })
  await Promise.race([wait(clock, random.int(0, 60)), heard])
  witness.running--
  if (random() < 0.3) throw new Error('failed')
  return 'done'
}

describe('policies together', () => {
  it(`never pass a limit nor lose a permit, in ${STORIES} seeded interleavings`, { timeout: 300_000 }, async () => {
    for (let seed = 0; seed < STORIES; seed++) await tell(seed)
  })

  it("start a later attempt in the caller's async context, after a timeout as well", async () => {
    const clock = manualClock()
    const store = new AsyncLocalStorage<string>()
    const policy = pipeline(
      fallback(() => `fallback for ${store.getStore()}`),
      retry({ clock, backoff: constant(10) }),
      timeout({ clock, timeout: 20 }),
    )
    const seen: (string | undefined)[] = []
    const callers = ['one', 'two'].map((caller) =>
      store.run(caller, () =>
        policy.execute(() => {
          seen.push(store.getStore())
          return new Promise<string>(() => {})
        }),
      ),
    )
    await clock.advance(1_000)
    expect(await Promise.all(callers)).toEqual(['fallback for one', 'fallback for two'])
    expect(seen).toEqual(['one', 'two', 'one', 'two', 'one', 'two'])
  })
})
