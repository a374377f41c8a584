import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { currentCall, TimeoutError } from '@holdfast/core'
import { deadline, errors } from '@holdfast/express'
import { resilientFetch } from '@holdfast/fetch'
import express, { type RequestHandler } from 'express'
import { afterEach, expect, it } from 'vitest'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function service(handler: RequestHandler): Promise<string> {
  const app = express()
  app.set('env', 'test')
  app.use(deadline({ timeout: 30_000 }))
  app.get('/', handler)
  app.use(errors())
  const server = app.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** When something ended, in ms from the start, and how. */
interface End {
  readonly at: number
  readonly how: unknown
}

it('when the last of three services stalls, all give up within the time of the client, and nothing runs on', async () => {
  const ends = new Map<string, End>()
  const asked: string[] = []
  let ticks = 0
  let start = 0
  const ended = (who: string, how: unknown): void => void ends.set(who, { at: performance.now() - start, how })
  const outbound = resilientFetch({ deadlineHeader: true, maxAttempts: 5 })

  const c = await service(() => {
    asked.push('C')
    const signal = currentCall()?.signal
    // Work that listens: it stops when it is told to, and not before.
    const work = setInterval(() => ticks++, 5)
    signal?.addEventListener('abort', () => {
      clearInterval(work)
      ended('C', signal.reason)
    })
  })
  const passOn =
    (who: string, url: string): RequestHandler =>
    async (_req, res) => {
      asked.push(who)
      currentCall()?.signal.addEventListener('abort', () => ended(who, currentCall()?.signal.reason))
      const response = await outbound(url)
      res.status(response.status).send(await response.text())
    }
  const b = await service(passOn('B', c))
  const a = await service(passOn('A', b))

  // Connections and code that are warm, so that the time is that of the stall.
  for (const url of [a, b, c])
    await fetch(url, { headers: { 'x-request-timeout-ms': '0' } }).then((response) => response.text())

  start = performance.now()
  const client = resilientFetch({ deadlineHeader: true, timeout: 300 })
  const error = await client(a).then(
    (response) => new Error(`answered ${response.status}`),
    (reason: unknown) => reason,
  )
  ended('client', error)
  const last = (): number => Math.max(...[...ends.values()].map(({ at }) => at))
  await expect.poll(() => ends.size).toBe(4)

  expect(asked).toEqual(['A', 'B', 'C'])
  // A hop that ends a little before its client has answered 504 by then.
  expect(error instanceof TimeoutError || /answered 50[34]/.test(String(error))).toBe(true)
  expect(last()).toBeGreaterThan(250)
  // The line is 50 ms on a machine of one's own.
  expect(last()).toBeLessThan(300 + 400)

  const before = ticks
  expect(before).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(ticks).toBe(before)
  expect(asked).toEqual(['A', 'B', 'C'])
})
