import { expect, it } from 'vitest'
import type { Unit } from '../../src/recording/metric.ts'
import { shown } from '../../src/verdict/shown.ts'

it.each<[number, Unit, string]>([
  [0, 'ms', '0 ms'],
  [0.0012, 'ms', '0.0012 ms'],
  [0.25, 'ms', '0.25 ms'],
  [5.501, 'ms', '5.5 ms'],
  [14.26, 'ms', '14.3 ms'],
  [312.4, 'ms', '312 ms'],
  [100, 'ms', '100 ms'],
  [12_340, 'ms', '12.3 s'],
  [0.055, 'share', '5.5 %'],
  [1, 'share', '100 %'],
  [499.6, 'per second', '500/s'],
  [1_200, 'number', '1200'],
  [Infinity, 'number', '∞'],
  [NaN, 'ms', 'none'],
])('%d %s is shown as %s', (value, unit, text) => {
  expect(shown(value, unit)).toBe(text)
})
