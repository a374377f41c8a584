import { guard } from './guardian.ts'
import type { Order, Trouble } from './messages.ts'

/** What a process of a run does with its orders. What `start` throws goes to the process that started this one. */
export interface Duties<Start> {
  start(start: Start): Promise<void> | void
  begin(time: number): void
  read(): void
}

/** Serves as one of the processes of a run, until the process that started this one ends it or is gone. */
export function serve<Start>(duties: Duties<Start>): void {
  guard()
  const fail = (error: unknown): void => tell<Trouble>({ type: 'trouble', message: messageOf(error) })
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  process.on('message', (order: Order<Start>) => {
    if (order.type === 'start') void Promise.resolve(order.with).then(duties.start).catch(fail)
    else if (order.type === 'begin') duties.begin(order.time)
    else duties.read()
  })
}

/** Says a word to the process that started this one. */
export function tell<Word>(word: Word): void {
  if (process.connected) process.send?.(word, undefined, {}, () => {})
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
