import { GCProfiler, getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

function exposedCollector(): NodeJS.GCFunction {
  if (globalThis.gc !== undefined) return globalThis.gc
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

const collect = exposedCollector()

/** Collects what is young, so that nobody pays for the garbage of whoever ran before. */
export function collectYoung(): void {
  collect({ type: 'minor' })
}

/**
 * The bytes of JavaScript heap that `work` allocates, whether they survive it or not. The heap's growth is summed up from
 * one collection to the next, so collections on the way lose nothing.
 */
export async function allocatedBy(work: () => Promise<void>): Promise<number> {
  collect()
  const profiler = new GCProfiler()
  profiler.start()
  let from = getHeapStatistics().used_heap_size
  await work()
  const end = getHeapStatistics().used_heap_size
  let bytes = 0
  for (const collection of profiler.stop()?.statistics ?? []) {
    bytes += collection.beforeGC.heapStatistics.usedHeapSize - from
    from = collection.afterGC.heapStatistics.usedHeapSize
  }
  return bytes + end - from
}
