import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SeededRandom, seededRandom } from '../src/seeded-random.ts'

const times = <T>(count: number, fn: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => fn(i))

/** How far counts are from even, in units in which even chance gives about `counts.length`. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe('the numbers of a seed', () => {
  it('are the same for ever', () => {
    expect(times(4, seededRandom(1))).toMatchInlineSnapshot(`
      [
        0.09065008858754342,
        0.04918378061513551,
        0.03766102466221166,
        0.3149291699058926,
      ]
    `)
    expect(times(4, seededRandom('a storm'))).toMatchInlineSnapshot(`
      [
        0.8160870889362273,
        0.4004814464078328,
        0.227013420241999,
        0.3962003562017502,
      ]
    `)
    expect(times(4, seededRandom(1).fork('client'))).toMatchInlineSnapshot(`
      [
        0.22246401379359904,
        0.13093379243286074,
        0.17976184175771348,
        0.1529780605491824,
      ]
    `)
    const random = seededRandom(-0.5)
    expect(times(8, () => random.int(1, 6))).toMatchInlineSnapshot(`
      [
        5,
        3,
        3,
        1,
        4,
        4,
        2,
        2,
      ]
    `)
    expect(random.shuffle([1, 2, 3, 4, 5, 6, 7, 8])).toMatchInlineSnapshot(`
      [
        7,
        4,
        5,
        2,
        8,
        1,
        6,
        3,
      ]
    `)
  })

  it('start again with the seed, which may be a number or the same in letters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.integer()), (seed) => {
        const again = seededRandom(String(seed))
        expect(times(5, seededRandom(seed))).toEqual(times(5, again))
      }),
    )
  })

  it('differ from those of every other seed', () => {
    const seeds: (number | string)[] = [
      ...times(10_000, (i) => i),
      ...times(10_000, (i) => `client-${i}`),
      '',
      ' ',
      'é',
    ]
    expect(new Set(seeds.map((seed) => seededRandom(seed)())).size).toBe(seeds.length)
  })

  it('lie from 0 up to but not including 1', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        for (const number of times(20, seededRandom(seed))) {
          expect(number).toBeGreaterThanOrEqual(0)
          expect(number).toBeLessThan(1)
        }
      }),
    )
  })
})

// With 99 degrees of freedom even chance stays between 50 and 173 but for one time in 100,000.
describe.each([1, 2, 'three', 'iv', 5e300])('chance from the seed %o', (seed) => {
  const bucketsOf = (numbers: readonly number[]): number[] => {
    const buckets = times(100, () => 0)
    for (const number of numbers) buckets[Math.floor(number * 100)] = (buckets[Math.floor(number * 100)] ?? 0) + 1
    return buckets
  }
  const even = (numbers: readonly number[]): void => {
    const distance = chiSquare(bucketsOf(numbers))
    expect(distance).toBeGreaterThan(50)
    expect(distance).toBeLessThan(173)
  }

  it('is even', () => {
    even(times(100_000, seededRandom(seed)))
  })

  it('is even in its low bits, too', () => {
    even(times(100_000, seededRandom(seed)).map((number) => (number * 2 ** 32) % 1))
  })

  it('does not depend on the number before', () => {
    const numbers = times(100_001, seededRandom(seed))
    even(numbers.slice(1).map((number, at) => (Math.floor(number * 10) + (numbers[at] ?? 0)) / 10))
  })

  it('is even over the first numbers of forks', () => {
    const random = seededRandom(seed)
    even(times(20_000, (i) => random.fork(i)()))
  })

  it('throws even dice and shuffles every element to every place as often', () => {
    const random = seededRandom(seed)
    const dice = times(6, () => 0)
    for (const face of times(60_000, () => random.int(1, 6))) dice[face - 1] = (dice[face - 1] ?? 0) + 1
    expect(chiSquare(dice)).toBeLessThan(31)
    const places = times(16, () => 0)
    for (let i = 0; i < 16_000; i++) {
      for (const [place, element] of random.shuffle([0, 1, 2, 3]).entries()) {
        places[4 * element + place] = (places[4 * element + place] ?? 0) + 1
      }
    }
    expect(chiSquare(places)).toBeLessThan(50)
  })
})

describe('int', () => {
  it('gives whole numbers between its bounds, either included', () => {
    fc.assert(
      fc.property(fc.string(), fc.maxSafeInteger(), fc.nat(10), (seed, min, width) => {
        const max = Math.min(min + width, Number.MAX_SAFE_INTEGER)
        const number = seededRandom(seed).int(min, max)
        expect(Number.isSafeInteger(number)).toBe(true)
        expect(number).toBeGreaterThanOrEqual(min)
        expect(number).toBeLessThanOrEqual(max)
      }),
    )
    const random = seededRandom(1)
    expect(new Set(times(100, () => random.int(-1, 1)))).toEqual(new Set([-1, 0, 1]))
    expect(random.int(7, 7)).toBe(7)
  })

  it.each([
    [0.5, 1, 'min must be a whole number, got 0.5'],
    [0, Number.POSITIVE_INFINITY, 'max must be a whole number, got Infinity'],
    [Number.NaN, 1, 'min must be a whole number, got NaN'],
    [2, 1, 'max must be min (2) or more, got 1'],
    [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'min and max must be less than 2 ** 53 apart'],
  ])('refuses %d to %d', (min, max, message) => {
    expect(() => seededRandom(1).int(min, max)).toThrow(RangeError)
    expect(() => seededRandom(1).int(min, max)).toThrow(message)
  })
})

describe('pick', () => {
  it('takes every element now and then, and only these', () => {
    const random = seededRandom(1)
    expect(new Set(times(200, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']))
    expect(random.pick([undefined])).toBeUndefined()
  })

  it('refuses an empty list', () => {
    expect(() => seededRandom(1).pick([])).toThrow('list must have an element to pick, got none')
  })
})

describe('shuffle', () => {
  it('keeps the elements, and the list as it was', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer()), (seed, list) => {
        const before = [...list]
        const byValue = (a: number, b: number): number => a - b
        expect(seededRandom(seed).shuffle(list).sort(byValue)).toEqual([...list].sort(byValue))
        expect(list).toEqual(before)
      }),
    )
  })
})

describe('fork', () => {
  const first = (random: SeededRandom): number[] => times(5, random)

  it('depends on the seed and the label, not on what was drawn before', () => {
    const random = seededRandom(1)
    const early = first(random.fork('client'))
    times(100, random)
    expect(first(random.fork('client'))).toEqual(early)
    expect(first(seededRandom(1).fork('client'))).toEqual(early)
    expect(first(seededRandom(2).fork('client'))).not.toEqual(early)
  })

  it('leaves what its source draws next as it is', () => {
    const random = seededRandom(1)
    times(3, random.fork('other'))
    expect(first(random)).toEqual(first(seededRandom(1)))
  })

  it('tells labels apart, in whatever way they are put together', () => {
    const random = seededRandom(1)
    const forks = [random, random.fork(1), random.fork('a'), random.fork('a').fork('b'), random.fork('b').fork('a')]
    forks.push(random.fork('a/b'), random.fork('a/1:b'), random.fork(''), random.fork('').fork(''))
    expect(new Set(forks.map((fork) => fork())).size).toBe(forks.length)
  })
})

it('refuses a seed that is neither a number nor a string', () => {
  expect(() => seededRandom(null as never)).toThrow(new TypeError('seed must be a number or a string, got null'))
  expect(() => seededRandom(undefined as never)).toThrow(TypeError)
})
