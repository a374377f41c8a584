import type { KeyLabels } from './options.ts'

/** What the semantic conventions call a value that is not among those that are told apart. */
export const OTHER = '_OTHER'

/** Lets the first `max` different values through, and calls the others `_OTHER`. */
export function capped(max: number): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= max) return OTHER
    known.add(value)
    return value
  }
}

/** The number of one of `buckets` buckets; every process says the same of a value. */
export function bucketOf(value: string, buckets: number): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193)
  // The low bits of this hash are its worst, and few buckets are low bits only.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return String(((hash ^ (hash >>> 16)) >>> 0) % buckets)
}

/** How the keys of calls appear, if they do. */
export function keyLabels(keys: KeyLabels, maxKeys: number): (key: string | undefined) => string | undefined {
  if (keys === 'drop') return () => undefined
  const label = keys === 'cap' ? capped(maxKeys) : (key: string) => bucketOf(key, maxKeys)
  return (key) => (key === undefined ? undefined : label(key))
}
