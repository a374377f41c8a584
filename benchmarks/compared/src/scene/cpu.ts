/** The CPU time, in ms, that this process spent until `work` was done, threads of the engine included. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

export interface Crowding {
  /** The CPU time of one piece of work, all at once, in µs. */
  readonly each: number
  /**
   * How many times as much as a tenth at a time: a little more than 1 where a piece costs the same however many there are,
   * near 10 where each has to look at all others.
   */
  readonly times: number
}

/** What `count` pieces of work cost at once, and how that compares with a tenth at a time. */
export async function crowding(count: number, work: (count: number) => Promise<number>, rounds = 2): Promise<Crowding> {
  let [apart, together] = [Infinity, Infinity]
  for (let round = 0; round < rounds; round++) {
    let sum = 0
    for (let tenth = 0; tenth < 10; tenth++) sum += await work(count / 10)
    apart = Math.min(apart, sum)
    together = Math.min(together, await work(count))
  }
  return { each: (1_000 * together) / count, times: together / apart }
}
