import { fork } from 'node:child_process'
import type { Behaviour, Observation } from './behaviour.ts'

/** No probe takes nearly as long, on however busy a machine. */
const TIME_LIMIT = 600_000

/** What stands in a cell: what was seen, or what the library lacks to be tried. */
export type Cell = Observation | string

/** Which cell a process is to fill. */
export interface Order {
  readonly behaviour: string
  readonly library: string
}

/** Fills one cell, in a process of its own if there is something to run. */
export function fill(behaviour: Behaviour<string>, library: string): Promise<Cell> {
  const probe = behaviour.cells[library]
  if (probe === undefined) throw new Error(`${library} has no cell in ${behaviour.name}`)
  return typeof probe === 'string' ? Promise.resolve(probe) : observe({ behaviour: behaviour.name, library })
}

/** Runs a probe in a process of its own. A probe that breaks or hangs is an error, not a no. */
function observe(order: Order): Promise<Observation> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./prober.ts', import.meta.url), [JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    })
    let complaints = ''
    let observation: Observation | undefined
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaints += text
    })
    child.on('message', (message) => {
      observation = message as Observation
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (observation !== undefined) resolve(observation)
      else reject(new Error(`${order.behaviour} of ${order.library} ended with ${signal ?? code}\n${complaints}`))
    })
  })
}
