import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { currentCall, TimeoutError } from '@holdfast/core'
import { deadline, errors } from '@holdfast/express'
import { holdfast } from '@holdfast/fastify'
import { resilientFetch } from '@holdfast/fetch'
import express from 'express'
import Fastify from 'fastify'
import { expect, it, onTestFinished } from 'vitest'

/** What a hop does: it answers with a text, or fails. */
type Handler = () => Promise<string>

const frameworks = {
  async express(handler: Handler): Promise<string> {
    const app = express()
    app.set('env', 'test')
    app.use(deadline({ timeout: 30_000 }))
    app.get('/', async (_req, res) => void res.send(await handler()))
    app.use(errors())
    const server = app.listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  },
  async fastify(handler: Handler): Promise<string> {
    const app = Fastify({ forceCloseConnections: true })
    await app.register(holdfast, { deadline: { timeout: 30_000 } })
    app.get('/', handler)
    onTestFinished(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
}

/** A chain A → B → C, of which C stalls, and what is seen of it. */
async function chain(serve: (handler: Handler) => Promise<string>) {
  const outbound = resilientFetch({ deadlineHeader: true, maxAttempts: 5 })
  const asked: string[] = []
  /** When each gave up, by the clock. */
  const ends = new Map<string, number>()
  let ticks = 0
  const enter = (who: string): void => {
    asked.push(who)
    currentCall()?.signal.addEventListener('abort', () => ends.set(who, performance.now()))
  }
  const passOn = (who: string, url: string): Handler => {
    return async () => {
      enter(who)
      return (await outbound(url)).text()
    }
  }
  const c = await serve(() => {
    enter('C')
    // Work that listens: it stops when it is told to, and not before.
    const work = setInterval(() => ticks++, 5)
    currentCall()?.signal.addEventListener('abort', () => clearInterval(work))
    return new Promise(() => {})
  })
  const b = await serve(passOn('B', c))
  const a = await serve(passOn('A', b))
  return { a, asked, ends, ticks: () => ticks }
}

/** By how much a timer of `ms` that is set now is late: what anything else on this loop may be, too. */
async function lateness(ms: number): Promise<number> {
  const start = performance.now()
  await new Promise((resolve) => setTimeout(resolve, ms))
  return performance.now() - start - ms
}

it.each(['express', 'fastify'] as const)(
  '%s: when the last of three services stalls, all give up within the 300 ms of the client and 50 ms, and nothing runs on',
  async (framework) => {
    const { a, asked, ends, ticks } = await chain(frameworks[framework])
    const client = resilientFetch({ deadlineHeader: true, timeout: 300 })
    const late: number[] = []

    for (let round = 0; round < 5; round++) {
      asked.length = 0
      ends.clear()
      const start = performance.now()
      const loop = lateness(300)
      const error = await client(a).then(
        (response) => new Error(`answered ${response.status}`),
        (reason: unknown) => reason,
      )
      ends.set('client', performance.now())
      // A hop that ends a little before its client has answered 504 by then.
      expect(error instanceof TimeoutError || /answered 50[34]/.test(String(error))).toBe(true)
      await expect.poll(() => ends.size).toBe(4)
      expect(asked).toEqual(['A', 'B', 'C'])
      const last = Math.max(...ends.values()) - start
      expect(last).toBeGreaterThan(250)
      late.push(last - 300 - (await loop))
    }
    // What one round on a busy machine shows is the machine.
    expect(Math.min(...late)).toBeLessThan(50)

    const before = ticks()
    expect(before).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(ticks()).toBe(before)
    expect(asked).toEqual(['A', 'B', 'C'])
  },
)
