import { setTimeout as sleep } from 'node:timers/promises'
import { timeout } from '@holdfast/timeout'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { hang } from '../scene/work.ts'

const TIMEOUT = 1_000

type Limited = (operation: (signal: AbortSignal) => Promise<unknown>) => Promise<unknown>

/** One call hangs; another one, which starts later, has time left when the first one's is out. */
async function scene(limited: Limited): Promise<Observation> {
  let signalOfFirst: AbortSignal | undefined
  let signalOfSecond: AbortSignal | undefined
  const first = ending(
    () =>
      limited((signal) => {
        signalOfFirst = signal
        return hang()
      }),
    4 * TIMEOUT,
  )
  await sleep(0.8 * TIMEOUT)
  const second = limited((signal) => {
    signalOfSecond = signal
    return sleep(0.5 * TIMEOUT)
  })
  second.catch(() => {})
  await first
  const aborted = signalOfSecond?.aborted === true
  if (!signalOfFirst?.aborted) return seen(false, 'reaches no signal')
  await ending(() => second, 4 * TIMEOUT)
  return seen(!aborted, aborted ? 'aborts the others, too' : 'the other goes on')
}

export const timeoutOfOneCall: Behaviour = {
  name: 'timeout-of-one-call',
  says: "When one call's time is out, the signal of that call alone aborts",
  cells: {
    holdfast() {
      const policy = timeout(TIMEOUT)
      return scene((operation) => policy.execute((call) => operation(call.signal)))
    },
    cockatiel() {
      const policy = cockatiel.timeout(TIMEOUT, cockatiel.TimeoutStrategy.Aggressive)
      return scene((operation) => policy.execute(({ signal }) => operation(signal)))
    },
    opossum() {
      const breaker = new CircuitBreaker(
        (signal: AbortSignal, operation: (signal: AbortSignal) => Promise<unknown>) => operation(signal),
        { timeout: TIMEOUT, autoRenewAbortController: true, volumeThreshold: 100 },
      )
      // The types of the breaker do not know it yet.
      const signals = breaker as unknown as { getSignal(): AbortSignal | undefined }
      return scene((operation) => breaker.fire(given(signals.getSignal()), operation))
    },
    async 'p-*'() {
      const queue = new PQueue({ concurrency: 10, timeout: TIMEOUT })
      const { shows, note } = await scene((operation) => queue.add(({ signal }) => operation(given(signal))))
      return seen(shows, `p-queue: ${note}`)
    },
    bottleneck: 'a timeout reaches no signal',
  },
}

function given(signal: AbortSignal | undefined): AbortSignal {
  if (signal === undefined) throw new Error('there is no signal')
  return signal
}
