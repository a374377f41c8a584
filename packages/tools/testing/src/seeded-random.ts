import { kindOf } from './checks.ts'

/**
 * Chance that can be had again: the same seed gives the same numbers, on every machine and in every version of this
 * package. It fits wherever an option `random` is asked for. Not for secrets.
 */
export interface SeededRandom {
  /** A number from 0 up to but not including 1, with 53 random bits. */
  (): number
  /** A whole number from `min` to `max`, either included. */
  int(min: number, max: number): number
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** The elements of a list in random order, as a new array. */
  shuffle<T>(list: readonly T[]): T[]
  /**
   * A source of its own for one part of a simulation. Its numbers depend on this one's seed and the label only, so they
   * stay the same when another part draws more or fewer.
   */
  fork(label: number | string): SeededRandom
}

/** Makes a {@link SeededRandom}. The seeds `7` and `'7'` are the same. */
export function seededRandom(seed: number | string): SeededRandom {
  if (typeof seed !== 'number' && typeof seed !== 'string') {
    throw new TypeError(`seed must be a number or a string, got ${kindOf(seed)}`)
  }
  const path = String(seed)
  const bits = smallFast(path)

  function random(): number {
    const high = bits() >>> 5
    const low = bits() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  function int(min: number, max: number): number {
    if (!Number.isSafeInteger(min)) throw new RangeError(`min must be a whole number, got ${min}`)
    if (!Number.isSafeInteger(max)) throw new RangeError(`max must be a whole number, got ${max}`)
    const width = max - min + 1
    if (width < 1) throw new RangeError(`max must be min (${min}) or more, got ${max}`)
    if (width > 2 ** 53) throw new RangeError(`min and max must be less than 2 ** 53 apart, got ${min} and ${max}`)
    return min + Math.floor(random() * width)
  }

  function pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('list must have an element to pick, got none')
    return list[int(0, list.length - 1)] as T
  }

  function shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list]
    for (let last = shuffled.length - 1; last > 0; last--) {
      const chosen = int(0, last)
      const moved = shuffled[last] as T
      shuffled[last] = shuffled[chosen] as T
      shuffled[chosen] = moved
    }
    return shuffled
  }

  function fork(label: number | string): SeededRandom {
    // The length keeps `fork('a/b')` apart from `fork('a').fork('b')`.
    return seededRandom(`${path}/${String(label).length}:${label}`)
  }

  return Object.assign(random, { int, pick, shuffle, fork })
}

/**
 * Chris Doty-Humphrey's "small fast counting" generator, sfc32: four words of state, one of them a counter, so that no
 * seed leads into a short cycle (the shortest is 2³² long, the usual one about 2¹²⁷)..
 */
function smallFast(seed: string): () => number {
  let a = hash(seed, 0x9e3779b9)
  let b = hash(seed, 0x85ebca6b)
  let c = hash(seed, 0xc2b2ae35)
  let counter = 1

  function next(): number {
    const out = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + out) | 0
    return out >>> 0
  }

  // Similar seeds start alike; a dozen rounds part them.
  for (let round = 0; round < 12; round++) next()
  return next
}

/** FNV-1a over the UTF-16 units, with murmur's last step, which lets the last character change every bit. */
function hash(text: string, salt: number): number {
  let word = 0x811c9dc5 ^ salt
  for (let at = 0; at < text.length; at++) word = Math.imul(word ^ text.charCodeAt(at), 0x01000193)
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
  return word ^ (word >>> 16)
}
