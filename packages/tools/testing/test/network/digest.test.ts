import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Digest } from '../../src/network/digest.ts'

type Happening = [what: number, who: number, time: number]

const digestOf = (happenings: readonly Happening[]): string => {
  const digest = new Digest()
  for (const happening of happenings) digest.add(...happening)
  return digest.toString()
}
const happening = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.nat(1_000), fc.double({ min: 0, max: 1e15, noNaN: true }))

it('is the same for ever', () => {
  expect(digestOf([])).toMatchInlineSnapshot(`"6a09e6673c6ef372"`)
  expect(digestOf([[1, 2, 3.5]])).toMatchInlineSnapshot(`"ea5a4c66fd179ab0"`)
})

it('tells what happened, to whom, when and in which order', () => {
  fc.assert(
    fc.property(
      fc.array(happening, { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.constantFrom(0, 1, 2),
      (all, which, part) => {
        const at = which % all.length
        const changed = all.map((one): Happening => [...one])
        const one = changed[at] as Happening
        one[part] = part === 2 ? one[2] + Math.max(1e-9, one[2] * 1e-15) : one[part] + 1
        expect(digestOf(all)).toBe(digestOf(all))
        expect(digestOf(changed)).not.toBe(digestOf(all))
        expect(digestOf([...all, one])).not.toBe(digestOf(all))
      },
    ),
    { numRuns: 1_000 },
  )
  expect(
    digestOf([
      [1, 1, 1],
      [1, 2, 1],
    ]),
  ).not.toBe(
    digestOf([
      [1, 2, 1],
      [1, 1, 1],
    ]),
  )
})

it('has 16 characters', () => {
  fc.assert(fc.property(fc.array(happening), (all) => /^[0-9a-f]{16}$/.test(digestOf(all))))
})
