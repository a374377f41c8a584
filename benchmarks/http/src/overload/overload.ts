import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'

/** What became of the requests that began in one stretch of time. */
interface Tally {
  readonly from: number
  important: number
  importantServed: number
  served: number
}

export interface Overload {
  /** Requests that it serves in a second when it is always busy and nobody waits for long. */
  readonly capacity: number
  /** Which share of the important was served. */
  readonly important: number
  /** What was served of the important, and of all, as shares of the capacity. */
  readonly importantGoodput: number
  readonly goodput: number
  /** The most live heap, as a multiple of that of the idle process. */
  readonly heap: number
  /** How many seconds after the load's end all are served again; `Infinity` where that is not seen. */
  readonly recovery: number
}

/** Whoever waits for longer has given up. */
const PATIENCE = 1_000

class Service {
  readonly child: ChildProcess
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  private port = 0

  constructor(arm: 'bare' | 'shed') {
    this.child = fork(new URL('./server.ts', import.meta.url), [arm], { execArgv: ['--expose-gc'] })
  }

  async start(): Promise<void> {
    const [{ port }] = await once(this.child, 'message')
    this.port = port
  }

  async heap(): Promise<number> {
    this.child.send('heap')
    return (await once(this.child, 'message'))[0]
  }

  /** Whether it was served, before its client gave up. */
  ask(important: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const headers = important ? { 'x-important': 'yes' } : {}
      const sent = get({ host: '127.0.0.1', port: this.port, agent: this.agent, headers }, (response) => {
        response.resume().once('close', () => resolve(response.complete && response.statusCode === 200))
      })
      sent.once('error', () => resolve(false))
      const timer = setTimeout(() => sent.destroy(), PATIENCE)
      sent.once('close', () => clearTimeout(timer))
    })
  }

  stop(): void {
    this.agent.destroy()
    this.child.disconnect()
  }
}

/** Asks `rate` times a second for `seconds`, every other one important; when the last is answered, what became of each tenth. */
async function offered(service: Service, rate: number, seconds: number): Promise<Tally[]> {
  const tallies = Array.from({ length: Math.ceil(seconds * 10) }, (_, index): Tally => {
    return { from: index / 10, important: 0, importantServed: 0, served: 0 }
  })
  const answers: Promise<void>[] = []
  const start = performance.now()
  for (let sent = 0; ; ) {
    const elapsed = (performance.now() - start) / 1_000
    if (elapsed >= seconds) break
    for (; sent < elapsed * rate; sent++) {
      const important = sent % 2 === 0
      const tally = tallies[Math.floor(elapsed * 10)]
      if (tally === undefined) continue
      if (important) tally.important++
      answers.push(
        service.ask(important).then((served) => {
          if (!served) return
          tally.served++
          if (important) tally.importantServed++
        }),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(answers)
  return tallies
}

async function capacityOf(service: Service): Promise<number> {
  let served = 0
  const end = performance.now() + 2_000
  const worker = async (): Promise<void> => {
    while (performance.now() < end) if (await service.ask(false)) served++
  }
  await Promise.all(Array.from({ length: 12 }, worker))
  return served / 2
}

/** Offers `factor` times the capacity for `seconds`, then half of it until all are served again. */
export async function overload(arm: 'bare' | 'shed', factor: number, seconds: number): Promise<Overload> {
  const service = new Service(arm)
  try {
    await service.start()
    const capacity = await capacityOf(service)
    const idle = await service.heap()
    let most = idle
    const watch = setInterval(() => {
      void service.heap().then((heap) => {
        most = Math.max(most, heap)
      })
    }, 5_000)
    const under = offered(service, factor * capacity, seconds)
    // The end of the load is the end of the asking, not of the last answer.
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    const [after, tallies] = await Promise.all([offered(service, capacity / 2, 6), under])
    clearInterval(watch)

    const sum = (field: 'important' | 'importantServed' | 'served'): number =>
      tallies.reduce((total, tally) => total + tally[field], 0)
    const lastLoss = after.findLast(({ from, served, important }) => served < important * 2 - 1 && from < 5.5)
    return {
      capacity,
      important: sum('importantServed') / sum('important'),
      importantGoodput: sum('importantServed') / seconds / capacity,
      goodput: sum('served') / seconds / capacity,
      heap: most / idle,
      recovery: lastLoss === undefined ? 0 : lastLoss.from >= 5 ? Infinity : lastLoss.from + 0.1,
    }
  } finally {
    service.stop()
  }
}
