import { expect, it } from 'vitest'
import { type Classify, judge, pipeline } from '../src/index.ts'
import { errorOf } from './watched.ts'

it.each<[unknown, string]>([
  [undefined, 'classify must be a function that returns a verdict, got undefined'],
  [{ health: 'bad', retry: true }, "classify's health must be one of 'success', 'failure', 'neutral', got 'bad'"],
  [{ health: 'failure', retry: 1 }, "classify's retry must be true or false, got 1"],
  [
    { health: 'failure', retry: true, retryAfter: -1 },
    "classify's retryAfter must be a number of milliseconds from 0 up, got -1",
  ],
])('says which part of a verdict is nonsense, and what it must be: %o', async (verdict, message) => {
  const classify = (() => verdict) as Classify
  const judged = pipeline().execute((call) => judge({ ok: true, value: 1 }, call), { classify })
  expect(String(await errorOf(judged))).toBe(`RangeError: ${message}`)
})
