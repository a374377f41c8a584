import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Flags } from './flags.ts'
import type { Row } from './row.ts'

/** What one process measured. */
export interface Sample {
  readonly calls: readonly Row[]
  readonly flights: readonly Row[]
}

/** What a process is told to measure. */
export interface Order extends Flags {
  readonly seed: number
}

/** Measures in a new process: the engine compiles the same code a little differently each time. */
export async function sample(order: Order): Promise<Sample> {
  const child = fork(new URL('./sampler.ts', import.meta.url))
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`the measuring process ended with ${code} and no figures`)
  })
  exited.catch(() => {})
  child.send(order)
  const [figures]: Sample[] = await Promise.race([once(child, 'message'), exited])
  if (figures === undefined) throw new Error('the measuring process sent no figures')
  return figures
}
