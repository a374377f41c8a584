/** An event as it comes over a channel, whatever package it is of: what else it has is read by name. */
export interface Told {
  readonly type: string
  readonly policy: string
  readonly key?: string | undefined
  readonly [field: string]: unknown
}

/** A field that is a text, or a yes or no. */
export function wordIn(told: Told, field: string | undefined): string | undefined {
  const value = field === undefined ? undefined : told[field]
  return typeof value === 'string' ? value : undefined
}

/** A field that is a number that can be measured. */
export function figureIn(told: Told, field: string): number | undefined {
  const value = told[field]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
