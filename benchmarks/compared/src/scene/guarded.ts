import { setTimeout as sleep } from 'node:timers/promises'
import { ending } from './ending.ts'
import { fail } from './work.ts'

/** Runs an operation under a breaker. */
export type Guarded = (operation: () => Promise<unknown>) => Promise<unknown>

const PATIENCE = 300

/** Whether the breaker lets a call through, which then succeeds. */
export async function letsThrough(guarded: Guarded): Promise<boolean> {
  let ran = false
  await ending(
    () =>
      guarded(async () => {
        ran = true
      }),
    PATIENCE,
  )
  return ran
}

/** Starts a call and leaves it; says whether it was let through. */
export async function start(guarded: Guarded, operation: () => Promise<unknown>): Promise<boolean> {
  let ran = false
  guarded(() => {
    ran = true
    return operation()
  }).catch(() => {})
  await sleep(50)
  return ran
}

/** So many calls that fail, one after the other. */
export async function failures(guarded: Guarded, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await ending(() => guarded(fail), PATIENCE)
}

/** Lets calls fail until one is refused. */
export async function open(guarded: Guarded): Promise<void> {
  for (let calls = 0; calls < 500; calls++) {
    let ran = false
    await ending(
      () =>
        guarded(() => {
          ran = true
          return fail()
        }),
      PATIENCE,
    )
    if (!ran) return
  }
  throw new Error('the breaker does not open')
}
