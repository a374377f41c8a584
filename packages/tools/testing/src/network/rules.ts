import type { Clock } from '@holdfast/core'
import { checkFinite, checkNumber, kindOf } from '../checks.ts'

export function checkRate(name: string, rate: number): void {
  checkFinite(name, rate)
  if (rate <= 0) throw new RangeError(`${name} must be a number above 0, got ${rate}`)
}

export function checkWhole(name: string, value: number, min: number): void {
  checkNumber(name, value)
  if (!Number.isSafeInteger(value) || value < min) {
    throw new RangeError(`${name} must be an integer from ${min} up, got ${value}`)
  }
}

export function checkEither(name: string, value: string, one: string, other: string): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, got ${kindOf(value)}`)
  if (value !== one && value !== other) throw new RangeError(`${name} must be '${one}' or '${other}', got '${value}'`)
}

export function checkOptions<T extends object>(options: T): T {
  if (typeof options === 'object' && options !== null) return options
  throw new TypeError(`options must be an object, got ${kindOf(options)}`)
}

export function checkClock(clock: Clock): void {
  if (typeof clock?.now === 'function' && typeof clock.setTimer === 'function') return
  throw new TypeError(`clock must be an object with now() and setTimer(), got ${kindOf(clock)}`)
}
