/** The middle one, or the mean of the two in the middle; NaN of none, and of any that is NaN. */
export function median(values: readonly number[]): number {
  if (values.length === 0 || values.some(Number.isNaN)) return Number.NaN
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const above = sorted[middle] as number
  const below = sorted[middle - 1] ?? above
  // Equal infinities have no difference.
  return sorted.length % 2 === 1 || above === below ? above : (above + below) / 2
}
