/** How a figure is held against a bound. */
export type Comparison = '<' | '<=' | '>' | '>='

/** Whether a figure keeps to a bound. One that is NaN, or no number at all, keeps to none. */
export function keeps(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
  }
}
