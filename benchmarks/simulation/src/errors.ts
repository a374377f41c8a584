import { manualClock, seededRandom, simulatedNetwork } from '@holdfast/testing'
import type { Arm } from './arms.ts'
import { letPass } from './let-pass.ts'

export interface ErrorsPlan {
  readonly arm: Arm
  readonly seed?: number
  /** The share of the answers that are errors; the server works for them as for the others. */
  readonly share: number
  /** The load, as a share of the capacity. */
  readonly load: number
  readonly seconds?: number
}

export interface ErrorsFigures {
  readonly goodput: number
  /** Which part of the calls whose first attempt failed went well in the end. */
  readonly saved: number
  /** Attempts for each call. */
  readonly amplification: number
}

const CAPACITY = 200
/** Until what was saved up in a budget is gone, or the queue shows what it comes to. */
const WARM_UP = 10_000

/** One process and a server, some of whose answers are errors, by chance and all the time. */
export async function errors({ arm, seed = 1, share, load, seconds = 60 }: ErrorsPlan): Promise<ErrorsFigures> {
  const clock = manualClock({ settling: 'microtasks' })
  const network = simulatedNetwork({ clock, seed, latency: 2 })
  const server = network.server({ capacity: CAPACITY })
  const dice = seededRandom(seed)
  const answers = dice.fork('answers')
  let failedFirst = 0
  const policy = arm({ clock, random: dice.fork('process') })
  const calls = network.load({
    rate: load * CAPACITY,
    call: () =>
      policy.execute(async (call) => {
        await server.request(call)
        if (answers() >= share) return
        if (call.attempt === 1) failedFirst++
        throw new Error('an error by chance')
      }),
  })
  await letPass(clock, WARM_UP + 1_000 * seconds)
  calls.stop()
  await letPass(clock, 5_000)
  const { goodput, attempts, offered } = network.between(WARM_UP, WARM_UP + 1_000 * seconds)
  return { goodput, saved: 1 - network.total().failed / failedFirst, amplification: attempts / offered }
}
