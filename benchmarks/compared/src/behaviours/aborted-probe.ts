import { setTimeout as sleep } from 'node:timers/promises'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { open, start } from '../scene/guarded.ts'
import { hang, untilAborted } from '../scene/work.ts'

const OPEN_FOR = 1_000

type Abortable = (operation: (signal?: AbortSignal) => Promise<unknown>, signal?: AbortSignal) => Promise<unknown>

type Effect = 'stays half-open' | 'closes' | 'opens again'

/** What becomes of the breaker when the caller of its probe gives up. */
async function effect(guarded: Abortable): Promise<Effect> {
  await open(guarded)
  await sleep(1.2 * OPEN_FOR)
  const controller = new AbortController()
  const probe = guarded((signal = controller.signal) => untilAborted(signal), controller.signal)
  await sleep(50)
  controller.abort()
  await probe.catch(() => {})
  if (!(await start(guarded, hang))) return 'opens again'
  return (await start(guarded, hang)) ? 'closes' : 'stays half-open'
}

function judged(...effects: readonly [Effect, string?][]): Observation {
  const shown = effects.map(([what, how]) => (how === undefined ? what : `${what} ${how}`))
  return seen(
    effects.some(([what]) => what === 'stays half-open'),
    shown.join(', '),
  )
}

const noAbort = (error: unknown): boolean => !(error instanceof DOMException && error.name === 'AbortError')

export const abortedProbe: Behaviour = {
  name: 'aborted-probe',
  says: 'A probe whose caller gave up neither closes a half-open breaker nor opens it: the next call is the probe',
  cells: {
    async holdfast() {
      const breaker = circuitBreaker({ consecutive: 5, openFor: OPEN_FOR })
      return judged([
        await effect((operation, signal) => breaker.execute((call) => operation(call.signal), { signal })),
      ])
    },
    async cockatiel() {
      const effectWith = (policy: cockatiel.Policy) => {
        const breaker = cockatiel.circuitBreaker(policy, {
          halfOpenAfter: OPEN_FOR,
          breaker: new cockatiel.ConsecutiveBreaker(5),
        })
        return effect((operation, given) => breaker.execute(({ signal }) => operation(signal), given))
      }
      return judged(
        [await effectWith(cockatiel.handleWhen(noAbort)), 'if aborts are not handled'],
        [await effectWith(cockatiel.handleAll), 'if they are'],
      )
    },
    async opossum() {
      const effectWith = (errorFilter?: (error: unknown) => boolean) => {
        const breaker = new CircuitBreaker(
          (operation: (signal?: AbortSignal) => Promise<unknown>, signal?: AbortSignal) => operation(signal),
          { resetTimeout: OPEN_FOR, volumeThreshold: 5, timeout: false, ...(errorFilter && { errorFilter }) },
        )
        return effect((operation, signal) => breaker.fire(operation, signal))
      }
      return judged(
        [await effectWith((error) => !noAbort(error)), 'if `errorFilter` takes aborts out'],
        [await effectWith(), 'if not'],
      )
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}
