import { timeout } from '@holdfast/timeout'
import * as cockatiel from 'cockatiel'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { bestOf } from '../scene/best-of.ts'
import { ending, inWords } from '../scene/ending.ts'
import { hang, untilAborted } from '../scene/work.ts'

const TIMEOUT = 5_000

type Limited = (operation: (signal: AbortSignal) => Promise<never>, signal: AbortSignal) => Promise<unknown>

/** Aborts a call whose operation listens to its signal, and one whose operation does not. `reports` counts timeouts reported. */
async function scene(limited: Limited, reports: () => number): Promise<Observation> {
  const reason = new Error('the user has left')
  for (const operation of [hang, untilAborted]) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 100)
    const { how, what } = await ending(() => limited(operation, controller.signal), 1_500)
    if (what !== reason) return seen(false, how === 'pending' ? 'never ends' : `"${inWords(what)}"`)
  }
  return seen(reports() === 0, reports() === 0 ? 'the reason' : 'the reason, but also reported as a timeout')
}

export const callerAbort: Behaviour = {
  name: 'caller-abort',
  says: 'An abort by the caller comes out as its reason, and is not reported as a timeout',
  cells: {
    holdfast() {
      let timeouts = 0
      const policy = timeout({ timeout: TIMEOUT, onEvent: () => timeouts++ })
      return scene(
        (operation, signal) => policy.execute((call) => operation(call.signal), { signal }),
        () => timeouts,
      )
    },
    async cockatiel() {
      const { Aggressive, Cooperative } = cockatiel.TimeoutStrategy
      const seenWith = (strategy: cockatiel.TimeoutStrategy) => {
        let timeouts = 0
        const policy = cockatiel.timeout(TIMEOUT, strategy)
        policy.onTimeout(() => timeouts++)
        return scene(
          (operation, given) => policy.execute(({ signal }) => operation(signal), given),
          () => timeouts,
        )
      }
      return bestOf({ aggressive: await seenWith(Aggressive), cooperative: await seenWith(Cooperative) })
    },
    opossum: 'takes no signal of a call',
    'p-*': () =>
      scene(
        (operation, signal) => pTimeout(operation(signal), { milliseconds: TIMEOUT, signal }),
        () => 0,
      ),
    bottleneck: 'takes no signal',
  },
}
