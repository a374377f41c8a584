import { fallback } from '@holdfast/fallback'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending, inWords } from '../scene/ending.ts'
import { untilAborted } from '../scene/work.ts'

type Abortable = (operation: (signal: AbortSignal) => Promise<string>, signal: AbortSignal) => Promise<unknown>

async function scene(run: Abortable, how = ''): Promise<Observation> {
  const reasons = { 'the usual reason': undefined, 'a reason of its own': new Error('the user has left') }
  for (const [name, reason] of Object.entries(reasons)) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 50)
    const { what } = await ending(() => run(untilAborted, controller.signal), 2_000)
    if (what !== controller.signal.reason) return seen(false, `"${inWords(what)}" for ${name}${how}`)
  }
  return seen(true, `the reason comes out${how}`)
}

export const noFallbackForAborts: Behaviour = {
  name: 'no-fallback-for-aborts',
  says: "A fallback does not answer in place of the caller's own abort",
  cells: {
    holdfast() {
      const policy = fallback('stale')
      return scene((operation, signal) => policy.execute((call) => operation(call.signal), { signal }))
    },
    cockatiel() {
      const policy = cockatiel.fallback(
        cockatiel.handleWhen((error) => !(error instanceof DOMException && error.name === 'AbortError')),
        'stale',
      )
      return scene((operation, given) => policy.execute(({ signal }) => operation(signal), given), ', by `handleWhen`')
    },
    opossum() {
      const breaker = new CircuitBreaker(
        (operation: (signal: AbortSignal) => Promise<string>, signal: AbortSignal) => operation(signal),
        { errorFilter: (...[, , signal]: unknown[]) => signal instanceof AbortSignal && signal.aborted },
      )
      breaker.fallback(() => 'stale')
      return scene((operation, signal) => breaker.fire(operation, signal), ', by an `errorFilter`')
    },
    'p-*': () =>
      scene((operation, signal) =>
        pTimeout(operation(signal), { milliseconds: 1_000, signal, fallback: () => 'stale' }),
      ),
    bottleneck: 'no fallback',
  },
}
