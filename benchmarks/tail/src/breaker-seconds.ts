import type { PolicyReport, Run } from '@holdfast/load'

/** The seconds of a run, by number, from whose begin to whose end its breaker was in one of these states. */
export function breakerSeconds(
  { policies, duration }: Pick<Run, 'policies' | 'duration'>,
  states: readonly PolicyReport['state'][],
): readonly number[] {
  const isIn = (report: PolicyReport | undefined): boolean => states.includes(report?.state ?? 'closed')
  const changes = policies.filter((report, at) => isIn(report) !== isIn(policies[at - 1]))
  return changes.flatMap((change, at) => {
    if (!isIn(change)) return []
    const first = Math.max(0, Math.ceil(change.at / 1_000))
    const end = Math.floor((changes[at + 1]?.at ?? duration) / 1_000)
    return Array.from({ length: Math.max(0, end - first) }, (_, second) => first + second)
  })
}
