export type Point = readonly [x: number, y: number]

/** A line through points, in the words of an SVG path; one without a number is a gap. */
export function linePath(points: readonly Point[]): string {
  let pen = 'M'
  const words: string[] = []
  for (const [x, y] of points) {
    if (Number.isFinite(x) && Number.isFinite(y)) {
      words.push(`${pen}${places(x)} ${places(y)}`)
      pen = 'L'
    } else pen = 'M'
  }
  return words.join('')
}

/** What lies between two lines over the same places. */
export function areaPath(upper: readonly Point[], lower: readonly Point[]): string {
  const outline = linePath([...upper, ...lower.toReversed()].filter((point) => point.every(Number.isFinite)))
  return outline === '' ? '' : `${outline}Z`
}

export function places(value: number): string {
  return String(Math.round(value * 10) / 10)
}
