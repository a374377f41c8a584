import { getHeapStatistics } from 'node:v8'
import { pause } from './callers.ts'

/** The process keeps alive for a few ms after its last call; then nothing is left. */
const AFTERWARDS = 50

/** What is left when no call is under way. */
export interface Leftovers {
  /** Bytes on the JavaScript heap after everything was collected. */
  readonly heap: number
  /** Timers, sockets and the like by their kinds, beside those that the process had before. */
  readonly resources: readonly string[]
}

/** Waits a moment, collects all garbage, and looks. */
export async function leftovers(before: readonly string[]): Promise<Leftovers> {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('the soak needs node --expose-gc')
  await pause(AFTERWARDS)
  for (let time = 0; time < 3; time++) {
    gc()
    await pause(0)
  }
  // That of the turn which has just gone by may be among them.
  const resources = process.getActiveResourcesInfo()
  return { heap: getHeapStatistics().used_heap_size, resources: without(resources, before) }
}

/** `all` without one of each of `some`. */
function without(all: readonly string[], some: readonly string[]): string[] {
  const rest = [...all]
  for (const one of some) {
    const at = rest.indexOf(one)
    if (at >= 0) rest.splice(at, 1)
  }
  return rest
}
