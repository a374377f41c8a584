/** What a client went through. */
export interface Experience {
  /** How long each request took until it was answered or given up, in ms. */
  readonly durations: readonly number[]
  /** What the requests failed with that were not answered. */
  readonly errors: readonly unknown[]
}

/** Sends `count` requests, `atOnce` of them at a time. `send` gets the number of each. */
export async function sendAll(
  count: number,
  atOnce: number,
  send: (n: number) => Promise<unknown>,
): Promise<Experience> {
  const durations: number[] = []
  const errors: unknown[] = []
  let next = 0

  async function lane(): Promise<void> {
    while (next < count) {
      const start = performance.now()
      try {
        await send(next++)
      } catch (error) {
        errors.push(error)
      }
      durations.push(performance.now() - start)
    }
  }

  await Promise.all(Array.from({ length: atOnce }, lane))
  return { durations, errors }
}
