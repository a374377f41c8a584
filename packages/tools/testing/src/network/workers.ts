/** When each worker of a server is done with what it does. */
export class Workers {
  /** A heap: the worker that is free first is on top. */
  private readonly free: Float64Array

  constructor(count: number) {
    this.free = new Float64Array(count)
  }

  /** When the first of them is, or was, free. */
  get freeAt(): number {
    return this.free[0] as number
  }

  /** How many work at `time`. */
  busyAt(time: number): number {
    let busy = 0
    for (const until of this.free) if (until > time) busy++
    return busy
  }

  /** Gives the worker that is free first something to do until `until`. */
  occupy(until: number): void {
    const { free } = this
    const { length } = free
    let at = 0
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && (free[child + 1] as number) < (free[child] as number)) child++
      const earlier = free[child] as number
      if (earlier >= until) break
      free[at] = earlier
      at = child
    }
    free[at] = until
  }
}
