import type { Outcome } from './soak.ts'

export interface Verdict {
  readonly what: string
  readonly found: string
  readonly passed: boolean
}

/** The heap may differ by so much between any two checkpoints after the first ones. */
const FLAT = 0.05
/** Before so much of the calls was made, maps fill and code is compiled. */
const WARM = 0.1

/** What has to have happened, or the soak has shown nothing. */
const FAULTS = [
  'retry.scheduled',
  'hedge.started',
  'hedge.won',
  'circuit.opened',
  'circuit.closed',
  'bulkhead.queued',
  'bulkhead.refused',
  'timeout.expired',
  'fallback.used',
]

export function verdictsOf(outcome: Outcome): Verdict[] {
  const { aborted, checkpoints, told, wrong } = outcome
  const last = checkpoints.at(-1)
  const spread = spreadOf(outcome)
  const resources = checkpoints.flatMap((checkpoint) => checkpoint.resources)
  const listeners = Math.max(...checkpoints.map((checkpoint) => checkpoint.listeners))
  const missing = FAULTS.filter((type) => !told.has(type))
  return [
    { what: 'the heap is flat within 5 %', found: `${(100 * spread).toFixed(1)} %`, passed: spread <= FLAT },
    {
      what: 'no timer and no handle is left',
      found: [...new Set(resources)].join(', ') || 'none',
      passed: resources.length === 0,
    },
    { what: "no listener is left on users' signals", found: `${listeners}`, passed: listeners === 0 },
    {
      what: 'all permits are back, breakers and bulkheads are idle',
      found: checkpoints.flatMap(({ busy }) => busy)[0] ?? 'idle',
      passed: checkpoints.every(({ busy }) => busy.length === 0),
    },
    {
      what: 'every call was answered once, with the right thing',
      found: wrong[0] ?? `${last?.calls} of ${outcome.calls}`,
      passed: wrong.length === 0 && last?.calls === outcome.calls,
    },
    {
      what: 'every kind of fault was there',
      found: missing.length === 0 && aborted > 0 ? 'yes' : `not ${missing.join(', ') || 'aborts'}`,
      passed: missing.length === 0 && aborted > 0,
    },
  ]
}

function spreadOf({ calls, checkpoints }: Outcome): number {
  const heaps = checkpoints.filter((checkpoint) => checkpoint.calls > WARM * calls).map(({ heap }) => heap)
  return Math.max(...heaps) / Math.min(...heaps) - 1
}
