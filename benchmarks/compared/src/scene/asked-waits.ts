/** The waits, in ms, that `run` asks of `setTimeout`. None is waited for: each timer fires at once. */
export async function askedWaits(run: () => Promise<unknown>): Promise<number[]> {
  const asked: number[] = []
  const real = globalThis.setTimeout
  const stand = (fn: () => void, ms = 0): NodeJS.Immediate => {
    asked.push(ms)
    return setImmediate(fn)
  }
  globalThis.setTimeout = Object.assign(stand, real) as unknown as typeof setTimeout
  try {
    await run()
  } finally {
    globalThis.setTimeout = real
  }
  return asked
}
