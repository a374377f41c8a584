import { afterEach, expect, it } from 'vitest'
import { sendAll } from '../client.ts'
import { type FlakyServer, startFlakyServer } from '../flaky-server.ts'

let server: FlakyServer
afterEach(() => server.close())

it('answers every request when none hangs', async () => {
  server = await startFlakyServer({ seed: 1, share: 0, hang: 60_000 })
  const { durations, errors } = await sendAll(20, 5, async (n) => (await fetch(`${server.url}/${n}`)).text())
  expect([durations.length, errors]).toEqual([20, []])
})

it('lets a request hang that its client gives up', async () => {
  server = await startFlakyServer({ seed: 1, share: 1, hang: 60_000 })
  const { errors } = await sendAll(3, 3, (n) => fetch(`${server.url}/${n}`, { signal: AbortSignal.timeout(50) }))
  expect(errors).toHaveLength(3)
})
