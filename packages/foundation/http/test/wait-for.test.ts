import { describe, expect, it } from 'vitest'
import { waitFor } from '../src/wait-for.ts'

const date = 'Thu, 01 Jan 2026 12:00:00 GMT'
const epoch = Date.UTC(2026, 0, 1, 12) / 1_000

function waited(status: number, headers: Record<string, string>, now?: number): number | undefined {
  return waitFor(status, (name) => headers[name], now)
}

describe('waitFor', () => {
  it.each<[string, number, Record<string, string>, number | undefined]>([
    ['nothing', 429, {}, undefined],
    ['empty headers', 429, { 'retry-after': '', ratelimit: '', date: '' }, undefined],
    ['seconds', 429, { 'retry-after': '3' }, 3_000],
    ["a date against the response's own", 503, { date, 'retry-after': 'Thu, 01 Jan 2026 12:00:09 GMT' }, 9_000],
    ['a date alone', 503, { 'retry-after': 'Thu, 01 Jan 2026 12:00:09 GMT' }, undefined],
    ['rate limits alone', 429, { ratelimit: '"burst";r=0;t=7' }, 7_000],
    ['rate limits that are later', 429, { 'retry-after': '3', ratelimit: '"burst";r=0;t=7' }, 7_000],
    ['rate limits that are earlier', 429, { 'retry-after': '9', ratelimit: '"burst";r=0;t=7' }, 9_000],
    ['the latest that is used up', 429, { ratelimit: '"a";r=0;t=2, "b";r=0;t=5, "c";r=9;t=60' }, 5_000],
    ['one with something left, too little', 429, { ratelimit: '"burst";r=42;t=7' }, 7_000],
    ['the least of several with something left', 429, { ratelimit: '"a";r=1;t=7, "b";r=1;t=4, "c";r=1' }, 4_000],
    ['limits with something left, of a 503', 503, { ratelimit: '"burst";r=42;t=7' }, undefined],
    ['limits that are garbage', 429, { 'retry-after': '3', ratelimit: 'garbage;;' }, 3_000],
    [
      'the legacy triple',
      429,
      { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4' },
      4_000,
    ],
    [
      'the legacy triple, since 1970',
      429,
      {
        date,
        'x-ratelimit-limit': '10',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(epoch + 8),
      },
      8_000,
    ],
    [
      'the legacy triple with something left, of a 503',
      503,
      { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': '4' },
      undefined,
    ],
    ['a triple that is not whole', 429, { 'x-ratelimit-reset': '4' }, undefined],
  ])('heeds %s', (_, status, headers, ms) => {
    expect(waited(status, headers)).toBe(ms)
  })

  it('reads dates against the time that it is given where the response has none', () => {
    const retryAfter = { 'retry-after': 'Thu, 01 Jan 2026 12:00:09 GMT' }
    expect(waited(503, retryAfter, epoch * 1_000)).toBe(9_000)
    expect(waited(503, { ...retryAfter, date: 'garbage' }, epoch * 1_000)).toBe(9_000)
    expect(waited(503, { ...retryAfter, date }, 0)).toBe(9_000)
  })
})
