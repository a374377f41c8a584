import { expect, it } from 'vitest'
import { formatIdempotencyKey, parseIdempotencyKey } from '../src/idempotency-key.ts'

const uuid = '8e03978e-40d5-43dd-bc93-6894a57f9324'

it.each([
  [uuid, uuid],
  [` ${uuid} `, uuid],
  [`"${uuid}"`, uuid],
  [formatIdempotencyKey(uuid), uuid],
  [String.raw`"a\"b"`, 'a"b'],
  ['a'.repeat(255), 'a'.repeat(255)],
  ['a'.repeat(256), undefined],
  ['', undefined],
  ['""', undefined],
  ['"open', undefined],
  ['"a", "b"', undefined],
  ['a b', undefined],
  ['"a b"', undefined],
  ['schlüssel', undefined],
  [null, undefined],
  [undefined, undefined],
])('the key in %o is %s', (value, key) => {
  expect(parseIdempotencyKey(value)).toBe(key)
})
