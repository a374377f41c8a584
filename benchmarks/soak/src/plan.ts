import type { SeededRandom } from '@holdfast/testing'

/** How an operation behaves. */
export type Behaviour =
  /** Answers before it returns. */
  | 'plain'
  /** Answers with a promise that is settled. */
  | 'promise'
  /** Answers after a poll of the event loop. */
  | 'poll'
  /** Answers after `delay` ms. */
  | 'delay'
  /** Answers after `delay` ms, and has work going on in `waitUntil` for as long again. */
  | 'held'
  /** Never answers; fails when it is aborted. */
  | 'hang'
  /** Answers after the attempt's time, deaf to its abort. */
  | 'deaf'

/** When the caller of a call gives up. */
export type GivingUp = 'never' | 'before' | 'after a poll' | 'after a delay'

/** What is to happen to one call. */
export interface Plan {
  readonly id: number
  readonly key: string
  /** That of the first attempt. */
  readonly behaviour: Behaviour
  /** How many attempts were started, hedges too. */
  started: number
  /** Whether an attempt fails is thrown for each of them. */
  readonly failureRate: number
  readonly delay: number
  readonly givesUp: GivingUp
  /** Whether the call has a signal that many share. */
  readonly shares: boolean
}

/** More keys than there may be breakers and bulkheads, so that idle ones are forgotten all the time. */
export const KEYS: readonly string[] = Array.from({ length: 3_000 }, (_, at) => `host-${at}`)

/** This one fails always for a while, and then never: its breaker opens and closes. */
const TROUBLED = 5
const SPELL = 20_000

export function planOf(id: number, random: SeededRandom): Plan {
  const at = Math.floor(KEYS.length * random() ** 3)
  const down = at === TROUBLED && Math.floor(id / SPELL) % 2 === 1
  return {
    id,
    key: KEYS[at] ?? '',
    behaviour: behaviourFor(random()),
    started: 0,
    failureRate: down ? 1 : 0.1,
    delay: 1 + Math.floor(random() * 3),
    givesUp: givingUpFor(random()),
    shares: random() < 0.1,
  }
}

function behaviourFor(dice: number): Behaviour {
  if (dice < 0.4) return 'plain'
  if (dice < 0.7) return 'promise'
  if (dice < 0.85) return 'poll'
  if (dice < 0.95) return 'delay'
  if (dice < 0.98) return 'held'
  if (dice < 0.995) return 'deaf'
  return 'hang'
}

function givingUpFor(dice: number): GivingUp {
  if (dice < 0.005) return 'before'
  if (dice < 0.02) return 'after a poll'
  if (dice < 0.04) return 'after a delay'
  return 'never'
}
