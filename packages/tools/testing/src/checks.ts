export function checkNumber(name: string, value: unknown): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, got ${kindOf(value)}`)
}

export function checkFinite(name: string, value: number): void {
  checkNumber(name, value)
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, got ${value}`)
}

export function checkDuration(name: string, ms: number): void {
  checkNumber(name, ms)
  if (!(ms >= 0)) throw new RangeError(`${name} must be a number of milliseconds from 0 up, got ${ms}`)
}

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, got ${kindOf(value)}`)
}

export function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
