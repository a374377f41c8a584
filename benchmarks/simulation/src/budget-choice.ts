import { type Arm, budgeted, naive, noRetry, paidByRequests } from './arms.ts'
import { errors } from './errors.ts'
import { small } from './scales.ts'
import { storm } from './storm.ts'

/** What one budget does in all the trials. */
export interface Choice {
  readonly earns: string
  readonly ratio: string
  /** What it holds at first and at most. */
  readonly holds: string
  /** How long the storm takes against a client who never retries, by how many processes share the load. */
  readonly recovery: readonly number[]
  /** What goes well of the calls when three in ten answers are errors and the server is busy to nine tenths. */
  readonly busy: number
  /** Which part of the failures is made good when so many answers are errors. */
  readonly saved: readonly number[]
}

/** How many processes share 150 calls a second in the storm. */
export const PROCESSES: readonly number[] = [1, 10, 30]
/** The shares of answers that are errors. */
export const SHARES: readonly number[] = [0.01, 0.02, 0.05]

interface Candidate {
  readonly earns: string
  readonly ratio: number
  readonly holds: number
}

const candidates: readonly Candidate[] = [
  ...[1, 3, 5, 10, 20, 100].map((holds) => ({ earns: 'success', ratio: 0.1, holds })),
  ...[0.05, 0.2, 0.3].map((ratio) => ({ earns: 'success', ratio, holds: 5 })),
  ...[0.05, 0.1, 0.2].map((ratio) => ({ earns: 'request', ratio, holds: 5 })),
]

/** Tries every candidate, and the two that have no budget. */
export async function* budgetChoice(seed = 1): AsyncGenerator<Choice> {
  const base = await recoveries(noRetry, seed)
  yield { earns: '—', ratio: 'never retries', holds: '—', ...(await trial(noRetry, seed, base)) }
  for (const { earns, ratio, holds } of candidates) {
    const options = { ratio, initial: holds, max: holds }
    const arm = earns === 'success' ? budgeted(options) : paidByRequests(options)
    yield { earns, ratio: String(ratio), holds: String(holds), ...(await trial(arm, seed, base)) }
  }
  yield { earns: '—', ratio: 'no budget', holds: '—', ...(await trial(naive, seed, base)) }
}

async function trial(
  arm: Arm,
  seed: number,
  base: readonly number[],
): Promise<Omit<Choice, 'earns' | 'ratio' | 'holds'>> {
  const times = await recoveries(arm, seed)
  const { goodput } = await errors({ arm, seed, share: 0.3, load: 0.9 })
  const saved: number[] = []
  for (const share of SHARES) saved.push((await errors({ arm, seed, share, load: 0.5 })).saved)
  return { recovery: times.map((time, at) => time / (base[at] as number)), busy: goodput, saved }
}

async function recoveries(arm: Arm, seed: number): Promise<number[]> {
  const times: number[] = []
  for (const processes of PROCESSES)
    times.push((await storm({ ...small, clients: 300, processes, seed, arm })).recovery)
  return times
}
