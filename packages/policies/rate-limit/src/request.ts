import { wrongType, wrongValue } from '@holdfast/core'
import type { Limit } from './limit.ts'

const ANY = 'a number from 0 up'
const WHOLE = 'an integer from 0 up'

/** A cost that every limit takes: from 0 up, and not without end. */
export function checkCost(cost: unknown, whole: boolean): number {
  if (typeof cost !== 'number') return wrongType('cost', whole ? WHOLE : ANY, cost)
  const fits = cost >= 0 && (whole ? Number.isSafeInteger(cost) : cost < Infinity)
  return fits ? cost : wrongValue('cost', whole ? WHOLE : ANY, cost)
}

/** Whether one of `limits` takes whole costs only. */
export function wantsWhole(limits: readonly Limit[]): boolean {
  return limits.some(({ kind }) => kind !== 'token-bucket')
}

/** Any string is a key. */
export function checkKey(key: unknown): string {
  return typeof key === 'string' ? key : wrongType('key', 'a string', key)
}
