import { expect, it } from 'vitest'
import { qualityOf } from '../src/accept.ts'

it.each([
  [undefined, 1],
  [null, 1],
  ['', 1],
  ['*/*', 1],
  ['text/plain', 1],
  ['TEXT/PLAIN', 1],
  ['text/plain;q=0.5', 0.5],
  ['text/plain; q = 0.5', 0.5],
  ['text/plain;format=flowed;q=0.3', 0.3],
  ['text/*;q=0.7, */*;q=0.1', 0.7],
  ['*/*;q=0.1, text/*;q=0.7', 0.7],
  ['text/*;q=0.7, text/plain;q=0', 0],
  ['text/plain;q=0.2, text/plain;q=0.4', 0.4],
  ['text/plain;q=2', 1],
  ['text/plain;q=', 1],
  ['text/html', 0],
  ['application/json', 0],
  [';;;,,,', 0],
])('by %o plain text is worth %d', (accept, quality) => {
  expect(qualityOf('text/plain', accept)).toBe(quality)
})
