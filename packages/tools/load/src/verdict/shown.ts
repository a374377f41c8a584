import type { Unit } from '../recording/metric.ts'

/** A figure as people read it: three digits that mean something, and the unit. */
export function shown(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return 'none'
  switch (unit) {
    case 'ms':
      return value >= 10_000 ? `${digits(value / 1_000)} s` : `${digits(value)} ms`
    case 'share':
      return `${digits(value * 100)} %`
    case 'per second':
      return `${digits(value)}/s`
    case 'number':
      return digits(value)
  }
}

function digits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  const size = Math.abs(value)
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 || size === 0 ? 2 : 4
  const text = value.toFixed(places)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
