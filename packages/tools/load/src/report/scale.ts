/** Where values lie on an axis, and where the axis has its marks. */
export interface Scale {
  /** The place of a value; values outside lie at the ends. */
  at(value: number): number
  readonly ticks: readonly number[]
}

export interface Span {
  readonly from: number
  readonly to: number
}

/** Equal distances for equal differences, from 0 to a round number that is no less than `max`. */
export function linear(max: number, place: Span, ticks = 4): Scale {
  const most = max > 0 && Number.isFinite(max) ? max : 1
  const step = roundStep(most / ticks)
  const top = Math.ceil(most / step - 1e-9) * step
  const marks = Array.from({ length: Math.round(top / step) + 1 }, (_, at) => at * step)
  return { at: (value) => between(place, value / top), ticks: marks }
}

/** Equal distances for equal ratios, from a power of ten that is no more than `min` to one that is no less than `max`. */
export function logarithmic(min: number, max: number, place: Span): Scale {
  const least = min > 0 && Number.isFinite(min) ? min : 1
  const bottom = Math.floor(Math.log10(least) + 1e-9)
  const top = Math.max(bottom + 1, Math.ceil(Math.log10(Math.max(max, least)) - 1e-9))
  const marks = Array.from({ length: top - bottom + 1 }, (_, at) => 10 ** (bottom + at))
  const share = (value: number): number => (Math.log10(Math.max(value, Number.MIN_VALUE)) - bottom) / (top - bottom)
  return { at: (value) => between(place, share(value)), ticks: marks }
}

/** Each nine has the same room: 0, 90, 99, 99.9 per cent; up to the share that so many values can tell. */
export function nines(count: number, place: Span): Scale {
  const most = Math.log10(Math.max(count, 10))
  const marks = Array.from({ length: Math.floor(most + 1e-9) + 1 }, (_, at) => 100 - 100 / 10 ** at)
  const share = (percent: number): number => -Math.log10(Math.max(1 - percent / 100, 10 ** -most)) / most
  return { at: (percent) => between(place, share(percent)), ticks: marks }
}

function between({ from, to }: Span, share: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, share))
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is no less than `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step) + 1e-9)
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10) * power
}
