import { exponential, type Jitter } from '@holdfast/backoff'
import { retry } from '@holdfast/retry'
import { manualClock, type SimulatedNetwork, seededRandom, simulatedNetwork } from '@holdfast/testing'

/** How many want the same thing at the same time. */
const CONTENDERS = 100
/** How long one of them takes it, in ms. */
const HELD = 10

/** How many attempts a hundred contenders need until each has had a thing that only one can have at a time. */
export async function contention(jitter: Jitter, seed = 1): Promise<number> {
  const clock = manualClock({ settling: 'microtasks' })
  const network: SimulatedNetwork = simulatedNetwork({ clock, seed })
  const thing = network.server({ serviceTime: HELD, maxQueued: 0 })
  const dice = seededRandom(seed)
  const limitless = { deposit() {}, withdraw: () => true, refund() {}, balance: Infinity }
  const all = Array.from({ length: CONTENDERS }, (_, i) => {
    const backoff = exponential({ base: HELD, cap: 1_000, jitter })
    const policy = retry({ clock, random: dice.fork(i), backoff, budget: limitless, maxAttempts: 10_000 })
    return policy.execute(thing.request)
  })
  await clock.runAll({ limit: 1_000_000 })
  await Promise.all(all)
  return thing.total().attempts
}
