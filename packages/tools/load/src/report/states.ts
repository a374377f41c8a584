import type { PolicyReport } from '../gateway/reports.ts'

/** A stretch of time in which a breaker was in one state, in ms since the load began. */
export interface Band {
  readonly state: PolicyReport['state']
  readonly from: number
  readonly until: number
}

/** The states of each breaker over a run, without gaps. Before its first change a breaker was closed. */
export function bandsOf(reports: readonly PolicyReport[], duration: number): ReadonlyMap<string, readonly Band[]> {
  const names = [...new Set(reports.map(({ policy }) => policy))].sort()
  return new Map(
    names.map((name) => [
      name,
      bands(
        reports.filter(({ policy }) => policy === name),
        duration,
      ),
    ]),
  )
}

function bands(changes: readonly PolicyReport[], duration: number): readonly Band[] {
  const inOrder = changes.toSorted((a, b) => a.at - b.at)
  const edges = [{ state: 'closed' as const, at: Number.NEGATIVE_INFINITY }, ...inOrder]
  return edges
    .map(({ state, at }, index) => ({
      state,
      from: Math.max(0, at),
      until: Math.min(duration, edges[index + 1]?.at ?? duration),
    }))
    .filter(({ from, until }) => until > from)
}
