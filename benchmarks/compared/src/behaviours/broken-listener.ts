import { setTimeout as sleep } from 'node:timers/promises'
import { constant } from '@holdfast/backoff'
import { retry } from '@holdfast/retry'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending, inWords } from '../scene/ending.ts'
import { fail } from '../scene/work.ts'

type Run = (operation: () => Promise<string>) => Promise<unknown>

const broken = (): never => {
  throw new Error('a broken listener')
}

/** The first call succeeds; where there is a retry, after one failure. */
async function scene(run: Run, retried: boolean): Promise<Observation> {
  let attempts = 0
  const operation = async (): Promise<string> => {
    attempts++
    return retried && attempts === 1 ? fail() : 'answer'
  }
  let uncaught = 0
  const count = (): void => {
    uncaught++
  }
  process.on('uncaughtException', count)
  const { how, what } = await ending(() => run(operation), 2_000)
  await sleep(50)
  process.off('uncaughtException', count)
  const shown = how === 'pending' ? 'never answers' : how === 'value' ? 'answers' : `"${inWords(what)}" comes out`
  return seen(what === 'answer' && uncaught === 0, uncaught === 0 ? shown : `${shown}, with an uncaught exception`)
}

export const brokenListener: Behaviour = {
  name: 'broken-listener',
  says: 'An event listener that throws neither changes how a call ends nor ends the process',
  alone: true,
  cells: {
    holdfast() {
      const policy = retry({ backoff: constant(10), onEvent: broken })
      return scene((operation) => policy.execute(operation), true)
    },
    cockatiel() {
      const backoff = new cockatiel.ConstantBackoff(10)
      const policy = cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff })
      policy.onRetry(broken)
      return scene((operation) => policy.execute(operation), true)
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: () => Promise<string>) => operation())
      breaker.on('success', broken)
      return scene((operation) => breaker.fire(operation), false)
    },
    async 'p-*'() {
      const queue = new PQueue({ concurrency: 1 })
      queue.addEventListener('completed', broken)
      const { shows, note } = await scene((operation) => queue.add(operation), false)
      return seen(shows, `p-queue: ${note}`)
    },
    bottleneck() {
      const limiter = new Bottleneck()
      limiter.on('done', broken)
      return scene((operation) => limiter.schedule(operation), false)
    },
  },
}
