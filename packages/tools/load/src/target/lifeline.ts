/** For how long a server may give no answer at all before it counts as gone, in ms. */
export const longestSilence = 3_000
/** So many requests have to have failed meanwhile, so that a low rate is not taken for a silence. */
const fewest = 10

/** Watches whether a server still answers. Knows no clock: it is given the time. */
export interface Lifeline {
  /** Whether the server counts as gone, when so many requests had an answer so far and so many had none. */
  isCut(now: number, answered: number, unanswered: number): boolean
}

export function lifeline(): Lifeline {
  let lastSign: { readonly at: number; readonly answered: number; readonly unanswered: number } | undefined
  return {
    isCut(now, answered, unanswered) {
      if (lastSign === undefined || answered > lastSign.answered) lastSign = { at: now, answered, unanswered }
      return now - lastSign.at >= longestSilence && unanswered - lastSign.unanswered >= fewest
    },
  }
}
