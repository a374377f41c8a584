/** How one check went. */
export interface CheckReport {
  readonly ok: boolean
  /** Why it is not ok. */
  readonly error: string | undefined
  /** How long it took, in ms. */
  readonly duration: number
  /** How long ago it ended, in ms: probes that come together share one run. */
  readonly age: number
}

/** How a process is doing. */
export interface HealthReport {
  /** Whether every check is ok, and, of readiness, whether it is not draining. */
  readonly ok: boolean
  readonly draining: boolean
  readonly checks: Readonly<Record<string, CheckReport>>
  /** What the state functions returned: of breakers, limits, queues. */
  readonly states: Readonly<Record<string, unknown>>
}

/** The report as JSON. States are whatever users return: those that cannot be written are left out, for that says nothing of health. */
export function formatReport(report: HealthReport): string {
  try {
    return JSON.stringify(report)
  } catch {
    const { ok, draining, checks } = report
    return JSON.stringify({ ok, draining, checks })
  }
}
