import type { Second } from '@holdfast/load'

/** All is well when so many go well of what is due within two seconds. */
const well = 0.95

interface Recorded {
  readonly recording: { readonly seconds: readonly Second[] }
}

/** How many seconds after `since`, in ms, all is well again; `Infinity` where that is not seen. */
export function recovery(run: Recorded | undefined, since: number): number {
  const seconds = run?.recording.seconds.slice(since / 1_000) ?? []
  const found = seconds.findIndex((second, at) => {
    const next = seconds[at + 1]
    if (next === undefined) return false
    const good = second.good.length + next.good.length
    return good / (good + second.failed.length + next.failed.length) >= well
  })
  return found < 0 ? Number.POSITIVE_INFINITY : found
}
