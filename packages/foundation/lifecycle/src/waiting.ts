import type { Clock } from '@holdfast/core'

/** Waits for `work`, but for no more than `ms` and not once it is forced; says whether the work was done. */
export type Waiting = (ms: number, work: Promise<unknown>) => Promise<boolean>

/** A {@link Waiting} that ends whenever `forced` settles. What is done by the time that the loop has polled was in time. */
export function waiting(clock: Clock, forced: Promise<void>): Waiting {
  return (ms, work) =>
    new Promise((resolve) => {
      const timer = clock.setTimer(() => clock.afterPoll(() => end(false)), ms)
      const end = (done: boolean): void => {
        timer.cancel()
        resolve(done)
      }
      void work.then(() => end(true))
      void forced.then(() => end(false))
    })
}
