import { concurrencyLimit, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Place, piece } from '../src/place.ts'
import { slotOf } from '../src/slot.ts'

describe('where a level is kept', () => {
  it.each([
    ['alice', 'holdfast:{=alice}:b=api'],
    ['10.0.0.1', 'holdfast:{=10.0.0.1}:b=api'],
    ['user:17', 'holdfast:{=user:17}:b=api'],
    ['', 'holdfast:{#47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU}:b=api'],
  ])('%o lies at %s', (key, place) => {
    expect(new Place('holdfast:', tokenBucketLimit({ name: 'api', rate: 1 })).of(piece(key))).toBe(place)
  })

  it('is another one for each kind, name, scope and key', () => {
    const places = [
      new Place('p:', tokenBucketLimit({ name: 'api', rate: 1 })).of(piece('a')),
      new Place('p:', slidingWindowLimit({ name: 'api', limit: 1, window: 1 })).of(piece('a')),
      new Place('p:', concurrencyLimit({ name: 'api', limit: 1 })).of(piece('a')),
      new Place('p:', tokenBucketLimit({ name: 'api', rate: 1, scope: 'global' })).of(piece('a')),
      new Place('p:', tokenBucketLimit({ name: 'api 2', rate: 1 })).of(piece('a')),
      new Place('p:', tokenBucketLimit({ name: 'api', rate: 1 })).of(piece('b')),
      new Place('p:', tokenBucketLimit({ name: 'api', rate: 1 })).of(piece('*=api')),
    ]
    expect(new Set(places).size).toBe(places.length)
  })

  it('is chosen by no brace of a key, and by no two keys alike', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('{', '}', '=', '#', 'a', ':', '\ud800', '\udfff', '\0') }),
    )
    const limit = tokenBucketLimit({ name: '{name}', rate: 1 })
    const place = new Place('p:', limit)
    fc.assert(
      fc.property(text, text, (one, other) => {
        const key = place.of(piece(one))
        expect(key).toMatch(/^p:\{[^{}]+\}:b#[\w-]+$/)
        expect(slotOf(key)).toBe(slotOf(`{${piece(one)}}`))
        if (one !== other) expect(place.of(piece(other))).not.toBe(key)
      }),
    )
  })
})
