/** CPU time of this process for one of `count` calls of a round, in ns: what others do on the machine counts less than by the clock on the wall. */
async function cpuTimeOf(count: number, round: (count: number) => unknown): Promise<number> {
  const before = process.cpuUsage()
  await round(count)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1_000) / count
}

/** Each contender's rounds, taken in turns after one that does not count. */
export async function interleaved<K extends string>(
  contenders: Readonly<Record<K, (count: number) => unknown>>,
  { rounds, count }: { readonly rounds: number; readonly count: number },
): Promise<Record<K, number[]>> {
  const names = Object.keys(contenders) as K[]
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const ns = await cpuTimeOf(count, contenders[name])
      if (round >= 0) found[name].push(ns)
    }
  }
  return found
}

/** What is on the heap and in buffers after a collection, in bytes. Run with `--expose-gc`. */
export function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
