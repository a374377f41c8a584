/** What was taken, or given back with a cost below 0, in the order in which it happened. */
export interface Entry {
  readonly at: number
  readonly cost: number
}

/**
 * By how much the worst of all windows passes `burst + rate · T / per`, in tokens · per: 0 or less when none does. Counts what was
 * taken from each entry to each later one, ends included. Exact where times, costs and figures are whole.
 */
export function worstExcess(entries: readonly Entry[], rate: number, per: number, burst: number): number {
  let worst = -Infinity
  for (let from = 0; from < entries.length; from++) {
    let taken = 0
    const first = entries[from] as Entry
    if (first.cost < 0) continue
    for (let to = from; to < entries.length; to++) {
      const last = entries[to] as Entry
      // What came back within the window may be taken again; what was given back to a full bucket only loosens the bound.
      taken += Math.max(0, last.cost)
      const back = givenBack(entries, from, to)
      worst = Math.max(worst, (taken - back) * per - burst * per - (last.at - first.at) * rate)
    }
  }
  return worst
}

function givenBack(entries: readonly Entry[], from: number, to: number): number {
  let back = 0
  for (let i = from; i <= to; i++) back -= Math.min(0, (entries[i] as Entry).cost)
  return back
}

/** The most that is counted within any stretch of `window`, both ends included. */
export function fullestWindow(entries: readonly Entry[], window: number): number {
  let fullest = 0
  for (let from = 0; from < entries.length; from++) {
    let taken = 0
    const first = entries[from] as Entry
    for (let to = from; to < entries.length; to++) {
      const last = entries[to] as Entry
      if (last.at - first.at > window) break
      taken += last.cost
    }
    fullest = Math.max(fullest, taken)
  }
  return fullest
}
