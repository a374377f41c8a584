import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Remains } from './leaks.ts'

const program = fileURLToPath(new URL('./fixtures/leaks.ts', import.meta.url))

it('thousands of requests that were retried, hedged, aborted and timed out leave nothing behind', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, '2000'])
  const { requests, outcomes, sockets, timers, listeners, grown }: Remains = JSON.parse(stdout)
  expect(requests).toBeGreaterThan(2_000)
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(['200', '503', 'TimeoutError', 'enough']))
  expect({ sockets, timers, listeners }).toEqual({ sockets: 0, timers: 0, listeners: 0 })
  // A leak of a call for each, a kilobyte or so, would be several megabytes.
  expect(grown).toBeLessThan(2_000_000)
})
