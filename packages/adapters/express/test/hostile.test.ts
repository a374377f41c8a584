import { concurrency, tokenBucket } from '@holdfast/rate-limit'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { bulkhead, deadline, errors, rateLimit, shed } from '../src/index.ts'
import { pause, received, serving, until } from './serving.ts'

/** Everything at once, in the order that the guide recommends. */
async function fortress() {
  const slots = concurrency({ limit: 1_000 })
  const door = shed({ concurrency: 100 })
  const compartment = bulkhead({ maxConcurrent: 50, maxQueued: 50 })
  const served = await serving((app) => {
    app.use(deadline({ timeout: 5_000 }), door)
    app.use(rateLimit({ limiter: tokenBucket({ rate: 100_000 }) }), rateLimit({ limiter: slots, key: () => 'all' }))
    app.post('/', compartment, express.text(), (req, res) => void res.send(String(req.body).length.toString()))
    app.get('/', compartment, (_req, res) => void setTimeout(() => res.send('served'), 20))
    app.get('/stream', compartment, (_req, res) => {
      const timer = setInterval(() => res.write('x'.repeat(1_000)), 1)
      res.once('close', () => clearInterval(timer))
    })
    app.use(errors())
  })
  const isEmpty = (): boolean =>
    door.policy.snapshot().running === 0 &&
    door.policy.snapshot().queued === 0 &&
    compartment.policy.snapshot().running === 0 &&
    slots.peek('all').remaining === 1_000
  return { ...served, isEmpty }
}

describe('hostile headers', () => {
  it.each([
    ['a deadline of a megabyte', `x-request-timeout-ms: ${'9'.repeat(10_000)}`],
    ['many deadlines', 'x-request-timeout-ms: 50\r\n'.repeat(50).trimEnd()],
    ['a deadline that is no number', 'x-request-timeout-ms: NaN, Infinity, 1e9, -0'],
    ['a priority of nonsense', `priority: ${'u=9;;,,='.repeat(1_000)}`],
    ['many priorities', 'priority: critical\r\n'.repeat(50).trimEnd()],
    ['a priority that is not ASCII', 'priority: cr\u00eftical\u00ff'],
    ['addresses of nonsense', `x-forwarded-for: ${'::ffff:,'.repeat(1_000)}`],
    ['an Accept of nonsense', `accept: ${'*/*;q=,,;'.repeat(1_000)}`],
    ['a property of objects', '__proto__: x\r\nconstructor: y'],
  ])('%s is answered once, and as if it were not there', async (_, lines) => {
    const { connect, isEmpty } = await fortress()
    const socket = connect()
    const all = received(socket)
    socket.write(Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n\r\n`, 'latin1'))
    expect((await all).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
    await until(isEmpty)
  })

  it('more than Node takes is refused before anything is asked', async () => {
    const { connect, isEmpty } = await fortress()
    const socket = connect()
    const all = received(socket)
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\npriority: ${'a'.repeat(100_000)}\r\n\r\n`)
    expect(await all).toMatch(/^HTTP\/1\.1 431 /)
    expect(isEmpty()).toBe(true)
  })
})

describe('clients that vanish', () => {
  const head = 'Host: a\r\n'
  it.each([
    ['before they have sent anything', '', 0],
    ['in the middle of the headers', 'GET / HTTP/1.1\r\nHos', 0],
    [
      'in the middle of their body',
      `POST / HTTP/1.1\r\n${head}Content-Type: text/plain\r\nContent-Length: 100\r\n\r\nabc`,
      0,
    ],
    ['while the handler works', `GET / HTTP/1.1\r\n${head}\r\n`, 5],
    ['in the middle of the response', `GET /stream HTTP/1.1\r\n${head}\r\n`, 30],
    ['with requests behind that one', `GET / HTTP/1.1\r\n${head}\r\n`.repeat(20), 5],
  ])('%s leave nothing behind', async (_, text, wait) => {
    const { connect, isEmpty, ask } = await fortress()
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        const socket = connect()
        socket.on('error', () => {})
        await new Promise((resolve) => socket.once('connect', resolve))
        socket.write(text)
        await pause(wait)
        socket.destroy()
      }),
    )
    await until(isEmpty)
    expect((await ask()).body).toBe('served')
  })

  it('and slow readers leave nothing behind when they go', async () => {
    const { connect, isEmpty } = await fortress()
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect()
      socket.on('error', () => {})
      socket.pause()
      socket.write('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n')
      return socket
    })
    await until(() => !isEmpty())
    await pause(100)
    for (const socket of sockets) socket.destroy()
    await until(isEmpty)
  })
})

it('requests on one connection, one behind the other, are answered once each and in order', async () => {
  const { connect, isEmpty } = await fortress()
  const socket = connect()
  const all = received(socket)
  socket.write(`${'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(9)}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
  expect((await all).match(/HTTP\/1\.1 200/g)).toHaveLength(10)
  await until(isEmpty)
})
