import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as adapter from '@holdfast/express'
import { holdfast } from '@holdfast/fastify'
import { type ShedOptions, type ShedPolicy, shed } from '@holdfast/shed'
import express from 'express'
import Fastify from 'fastify'
import { expect, it, onTestFinished } from 'vitest'

const CAPACITY = 10
const QUEUED = 20
const ROUNDS = 40

const options: ShedOptions = {
  concurrency: CAPACITY,
  maxQueued: QUEUED,
  queue: 'fifo',
  maxQueueTime: Infinity,
  maxLoopDelay: Infinity,
}

interface Serving {
  readonly url: string
  readonly policy: ShedPolicy
}

const frameworks = {
  async express(handle: () => Promise<void>): Promise<Serving> {
    const app = express()
    const door = adapter.shed({ ...options, priority: (req) => (req.path === '/important' ? 'critical' : undefined) })
    app.use(adapter.deadline(), door)
    app.get('/:what', async (_req, res) => {
      await handle()
      res.send('served')
    })
    const server = app.listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    await once(server, 'listening')
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, policy: door.policy }
  },
  async fastify(handle: () => Promise<void>): Promise<Serving> {
    const app = Fastify({ forceCloseConnections: true })
    const policy = shed(options)
    await app.register(holdfast, {
      deadline: {},
      shed: { policy, priority: ({ url }) => (url === '/important' ? 'critical' : undefined) },
    })
    app.get('/:what', async () => {
      await handle()
      return 'served'
    })
    onTestFinished(() => app.close())
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), policy }
  },
}

/** What is alive on the heap, in bytes. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

it.each(['express', 'fastify'] as const)(
  '%s: at three times its capacity the important are served first, nothing is wasted, the heap stays, and afterwards all are served',
  async (framework) => {
    const running: (() => void)[] = []
    let isOver = false
    const { url, policy } = await frameworks[framework](() => {
      return isOver ? Promise.resolve() : new Promise((resolve) => void running.push(resolve))
    })
    const served = { important: 0, other: 0 }
    let sent = 0
    let answered = 0
    const ask = async (what: 'important' | 'other'): Promise<number> => {
      sent++
      const response = await fetch(`${url}/${what}`)
      await response.text()
      answered++
      if (response.status === 200) served[what]++
      return response.status
    }
    /** All that were sent are answered, run or wait. */
    const settled = (): boolean => {
      const now = policy.snapshot()
      return now.running === CAPACITY && now.queued === QUEUED && sent - answered === CAPACITY + QUEUED
    }
    const statuses: Promise<number>[] = []
    let idle = 0

    // A capacity that does not depend on the machine: so many handlers end in each round.
    for (let round = 0; round < ROUNDS; round++) {
      if (round === 5) idle = heap()
      for (let i = 0; i < 3 * CAPACITY; i++) statuses.push(ask(i % 2 === 0 ? 'important' : 'other'))
      await expect.poll(settled, { interval: 2, timeout: 20_000 }).toBe(true)
      for (const end of running.splice(0)) end()
      const done = (round + 1) * CAPACITY
      await expect.poll(() => served.important + served.other, { interval: 2, timeout: 20_000 }).toBe(done)
    }
    const each = (ROUNDS * 3 * CAPACITY) / 2
    expect(heap()).toBeLessThan(1.5 * idle)
    // They alone are one and a half times what can be done.
    expect(served.important / each).toBeGreaterThan(0.6)
    expect(served.other / each).toBeLessThan(0.05)

    isOver = true
    for (const end of running.splice(0)) end()
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200, 503]))
    for (let i = 0; i < CAPACITY; i++) expect(await ask('other')).toBe(200)
    await expect.poll(() => policy.snapshot()).toMatchObject({ running: 0, queued: 0 })
  },
)
