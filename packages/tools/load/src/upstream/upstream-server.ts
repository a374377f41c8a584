import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { systemClock, type Timer } from '@holdfast/core'
import { seededRandom } from '@holdfast/testing'
import { machineTime } from '../process/machine-time.ts'
import { type UpstreamCounts, UpstreamLedger } from './counts.ts'
import { faultPlan } from './fault-plan.ts'
import { drawn } from './latency.ts'
import type { UpstreamPlan } from './options.ts'
import { type ServiceQueue, serviceQueue } from './service-queue.ts'

/** An upstream that behaves as planned, as a real HTTP server that is not listening yet. */
export interface UpstreamServer {
  readonly server: Server
  /** The load begins at this time of the machine; faults and counts begin with it, and the dice start anew. */
  begin(time: number): void
  read(): UpstreamCounts
}

/** The same seed gives the n-th request since the load began the same service time and the same luck. */
export function upstreamServer(plan: UpstreamPlan, seed: number): UpstreamServer {
  const faults = faultPlan(plan.faults)
  const ledger = new UpstreamLedger()
  const makeQueue = (): ServiceQueue =>
    serviceQueue({ workers: plan.workers, maxQueued: plan.maxQueued, doneAt: faults.doneAt, awayAt: faults.awayAt })
  const warm = { origin: machineTime() + 1e12, queue: makeQueue(), dice: diceOf(`${seed} warm`) }
  const real = { origin: Number.POSITIVE_INFINITY, queue: makeQueue(), dice: diceOf(`${seed}`) }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    const now = machineTime()
    const run = now >= real.origin ? real : warm
    const time = now - (run === real ? real.origin : warm.origin)
    const serviceTime = drawn(plan.serviceTime, run.dice.time)
    const fate = faults.fateAt(time, run.dice.luck)
    ledger.came(time)

    let timer: Timer | undefined
    let waiting = true
    response.on('close', () => {
      // What nobody waits for any more is served all the same: its worker does not know.
      ledger.left()
      if (!waiting) return
      waiting = false
      if (fate.type === 'hang') timer?.cancel()
    })

    const after = (ms: number, answer: () => void): void => {
      if (ms === Number.POSITIVE_INFINITY) return
      // The platform's own timers may be early by a millisecond.
      timer = systemClock.setTimer(answer, Math.max(0, ms))
    }
    const served = (): void => {
      ledger.became(waiting ? 'served' : 'wasted', time)
      waiting = false
      response.end('ok')
    }

    switch (fate.type) {
      case 'reset':
        ledger.became('reset', time)
        request.socket.resetAndDestroy()
        break
      case 'fail':
        ledger.became('failed', time)
        refuse(response, fate.status, fate.retryAfter)
        break
      case 'hang':
        ledger.became('hung', time)
        after(fate.duration, () => response.end('ok'))
        break
      case 'served': {
        const done = run.queue.admit(time, serviceTime)
        if (done === undefined) {
          ledger.became('refused', time)
          refuse(response, 503, undefined)
        } else after(done - time + fate.extra, served)
      }
    }
  }

  const server = createServer(handle)
  // Connections that idle are kept: one that is closed under a request looks like a fault that nobody planned.
  server.keepAliveTimeout = 120_000
  return {
    server,
    begin(time) {
      real.origin = time
    },
    read: () => ledger.read(),
  }
}

function diceOf(seed: string) {
  const random = seededRandom(seed)
  return { time: random.fork('time'), luck: random.fork('luck') }
}

function refuse(response: ServerResponse, status: number, retryAfter: number | undefined): void {
  response.statusCode = status
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
  response.end()
}
