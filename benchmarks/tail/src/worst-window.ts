/** Something that was admitted at some time within these, in ms. */
interface Admission {
  readonly before: number
  readonly after: number
}

/** How close what was admitted came to what a limit allows, in the worst of all stretches of time. */
export interface WorstWindow {
  admitted(before: number, after: number): void
  /** The most that was admitted, as a share of `burst + rate × time`: above 1 the limit was passed. */
  readonly share: number
}

/** Looks at every stretch from one admission to another; `rate` is a second's. */
export function worstWindow({ burst, rate }: { readonly burst: number; readonly rate: number }): WorstWindow {
  const admissions: Admission[] = []
  let share = 0
  return {
    get share() {
      return share
    },
    admitted(before, after) {
      admissions.push({ before, after })
      admissions.forEach((first, at) => {
        // Whenever the two were decided within their times, it was no further apart.
        const seconds = (after - first.before) / 1_000
        share = Math.max(share, (admissions.length - at) / (burst + rate * seconds))
      })
    },
  }
}
