import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Remains } from './leaks.ts'
import { versions } from './versions.ts'

const program = fileURLToPath(new URL('./fixtures/leaks.ts', import.meta.url))

it.each(versions.map(([version]) => version))(
  '%s: thousands of requests that were retried, hedged, aborted and timed out leave nothing behind',
  async (version) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, version, '2000'])
    const { requests, outcomes, sockets, timers, listeners, places, grown }: Remains = JSON.parse(stdout)
    expect(requests).toBeGreaterThan(2_000)
    expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(['200', '503', 'TimeoutError', 'enough', 'fetched']))
    expect({ sockets, timers, listeners, places }).toEqual({ sockets: 0, timers: 0, listeners: 0, places: 0 })
    // A leak of a call for each, a kilobyte or so, would be several megabytes.
    expect(grown).toBeLessThan(2_000_000)
  },
)
