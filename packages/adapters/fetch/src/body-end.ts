/** Told when a body is over. */
export interface BodyEnd {
  /** It was read to its end, or broke. */
  end(): void
  /** Whoever had it wants no more of it. */
  cancelled(): void
}

/**
 * The two copies of a body that was cloned or teed. All of it has arrived once either was read to its end, for the platform keeps for
 * one copy what the other has read; it is given up when both were cancelled.
 */
export function branchesOf(body: BodyEnd): [BodyEnd, BodyEnd] {
  let open = 2
  const branch = (): BodyEnd => {
    let over = false
    return {
      end() {
        if (over) return
        over = true
        body.end()
      },
      cancelled() {
        if (over) return
        over = true
        if (--open === 0) body.cancelled()
      },
    }
  }
  return [branch(), branch()]
}
