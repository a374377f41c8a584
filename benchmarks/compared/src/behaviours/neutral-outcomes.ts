import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { failures, letsThrough } from '../scene/guarded.ts'
import { untilAborted } from '../scene/work.ts'

const ABORTED = 30
const FAILED = 20

type Abortable = (operation: (signal?: AbortSignal) => Promise<unknown>, signal?: AbortSignal) => Promise<unknown>

/** Thirty callers give up, then all calls fail: the breaker, which opens at half of twenty, has to open for the failures alone. */
async function scene(guarded: Abortable): Promise<Observation> {
  for (let n = 0; n < ABORTED; n++) {
    const controller = new AbortController()
    const call = guarded((signal = controller.signal) => untilAborted(signal), controller.signal)
    controller.abort()
    await call.catch(() => {})
  }
  if (!(await letsThrough(guarded))) return seen(false, 'opened by aborts')
  await failures(guarded, FAILED)
  const opened = !(await letsThrough(guarded))
  return seen(opened, opened ? `opened by ${FAILED} failures` : `closed after ${FAILED} failures in a row`)
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'

export const neutralOutcomes: Behaviour = {
  name: 'neutral-outcomes',
  says: `${ABORTED} calls that their callers gave up count neither as failures nor as successes`,
  cells: {
    holdfast() {
      const breaker = circuitBreaker({ failureRate: 0.5, minCalls: FAILED })
      return scene((operation, signal) => breaker.execute((call) => operation(call.signal), { signal }))
    },
    cockatiel() {
      const breaker = cockatiel.circuitBreaker(
        cockatiel.handleWhen((error) => !isAbort(error)),
        {
          halfOpenAfter: 10_000,
          breaker: new cockatiel.CountBreaker({ threshold: 0.5, size: 100, minimumNumberOfCalls: FAILED }),
        },
      )
      return scene((operation, given) => breaker.execute(({ signal }) => operation(signal), given))
    },
    opossum() {
      const breaker = new CircuitBreaker(
        (operation: (signal?: AbortSignal) => Promise<unknown>, signal?: AbortSignal) => operation(signal),
        { errorThresholdPercentage: 50, volumeThreshold: FAILED, errorFilter: isAbort },
      )
      return scene((operation, signal) => breaker.fire(operation, signal))
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}
