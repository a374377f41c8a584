import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { drain as lifecycleDrain } from '@holdfast/lifecycle'
import { describe, expect, it } from 'vitest'
import { drain } from '../src/index.ts'
import { pause, received, type Serving, serving, until } from './serving.ts'

async function scene(options: { delay?: number; timeout?: number } = {}) {
  const end = lifecycleDrain({ signals: [], ...options })
  const draining = drain({ drain: end })
  const inside: (() => void)[] = []
  const served: Serving = await serving((app) => {
    app.use(draining)
    app.get('/', (_req, res) => void inside.push(() => res.send('served')))
    app.get('/begun', (_req, res) => {
      res.write('begun')
      inside.push(() => res.end('ended'))
    })
  })
  draining.closes(served.server)
  return { ...served, end, inside }
}

describe('draining', () => {
  it('finishes what was accepted, tells it to close its connection, and stops listening', async () => {
    const { ask, end, inside } = await scene()
    const reply = ask('/', { agent: new Agent({ keepAlive: true }) })
    await until(() => inside.length === 1)
    expect(end.inFlight).toBe(1)
    const over = end.start('test')
    await until(() => end.phase === 'finishing')
    await expect(ask()).rejects.toThrow('ECONNREFUSED')
    inside[0]?.()
    expect(await reply).toMatchObject({ status: 200, body: 'served', headers: { connection: 'close' } })
    expect(await over).toMatchObject({ clean: true, abandoned: 0 })
  })

  it('accepts on during the delay, and keeps no connection alive', async () => {
    const { ask, end, inside } = await scene({ delay: 60_000 })
    void end.start()
    const agent = new Agent({ keepAlive: true })
    const reply = ask('/', { agent })
    await until(() => inside.length === 1)
    inside[0]?.()
    expect((await reply).headers.connection).toBe('close')
    end.force()
  })

  it('does not wait for a connection that was kept alive by a response that had begun before', async () => {
    const { connect, end, inside } = await scene()
    const socket = connect()
    const all = received(socket)
    socket.write('GET /begun HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => inside.length === 1)
    const over = end.start()
    await until(() => end.phase === 'finishing')
    inside[0]?.()
    const { clean, duration } = await over
    expect(clean).toBe(true)
    expect(duration).toBeLessThan(3_000)
    expect(await all).toContain('ended')
  })

  it('does not wait for idle connections', async () => {
    const { ask, connect, end, inside } = await scene()
    const idle = connect()
    const closed = received(idle)
    const reply = ask('/', { agent: new Agent({ keepAlive: true }) })
    await until(() => inside.length === 1)
    inside[0]?.()
    await reply
    const { clean, duration } = await end.start()
    expect(clean).toBe(true)
    expect(duration).toBeLessThan(3_000)
    await closed
  })

  it('cuts what is not done in time', async () => {
    const { ask, end, inside } = await scene({ timeout: 50 })
    const reply = ask().catch((error: Error) => error)
    await until(() => inside.length === 1)
    expect(await end.start()).toMatchObject({ clean: false, abandoned: 1 })
    expect(await reply).toBeInstanceOf(Error)
  })

  it('lets a slow reader have all of his response', async () => {
    const size = 20_000_000
    const end = lifecycleDrain({ signals: [] })
    const draining = drain({ drain: end })
    const { connect, server } = await serving((app) => {
      app.use(draining)
      app.get('/', (_req, res) => void res.send(Buffer.alloc(size)))
    })
    draining.closes(server)
    const socket = connect()
    let bytes = 0
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => end.inFlight === 1)
    const over = end.start()
    await until(() => end.phase === 'finishing')
    await pause(30)
    socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    expect((await over).clean).toBe(true)
    await until(() => bytes > size)
  })

  it.each([
    ['before it began', false],
    ['during the delay', true],
  ])('answers all that was asked for on one connection %s, and ends it with the last', async (_when, isLate) => {
    const { connect, end, inside } = await scene({ delay: isLate ? 20 : 0 })
    const socket = connect()
    const all = received(socket)
    const asked = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
    socket.write(isLate ? asked : asked.repeat(3))
    await until(() => inside.length === (isLate ? 1 : 3))
    const over = end.start()
    if (isLate) {
      socket.write(asked)
      await until(() => inside.length === 2)
      socket.write(asked)
      await until(() => inside.length === 3)
    }
    await until(() => end.phase === 'finishing')
    for (const answer of inside) answer()
    expect((await over).clean).toBe(true)
    const responses = (await all).split('HTTP/1.1 200 OK').slice(1)
    expect(responses.map((response) => response.includes('Connection: close'))).toEqual([false, false, true])
  })

  it('does not begin what comes behind the last response of its connection', async () => {
    const { connect, end, inside } = await scene({ delay: 60_000 })
    const socket = connect()
    const all = received(socket)
    void end.start()
    socket.write('GET /begun HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => inside.length === 1)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await pause(30)
    inside[0]?.()
    expect([(await all).split('HTTP/1.1 200 OK').length - 1, inside.length]).toEqual([1, 1])
    end.force()
  })

  it('counts a client that leaves as done', async () => {
    const { connect, end, inside } = await scene()
    const socket = connect()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => inside.length === 1)
    const over = end.start()
    socket.destroy()
    expect((await over).clean).toBe(true)
    inside[0]?.()
  })
})

it('SIGTERM under load loses no accepted request and answers none twice', async () => {
  const child = fork(new URL('./drain-process.ts', import.meta.url))
  const [port] = (await once(child, 'message')) as [number]
  let accepted: string[] = []
  child.on('message', (ids) => {
    accepted = ids as string[]
  })
  const answered: string[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  let isOver = false
  let made = 0

  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const id = String(made++)
      const asked = request({ host: '127.0.0.1', port, path: `/${id}`, agent }, (response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('error', () => resolve())
        response.on('end', () => {
          answered.push(body)
          resolve()
        })
      })
      // What the closed port refuses was not accepted.
      asked.on('error', () => resolve())
      asked.end()
    })
  const worker = async (): Promise<void> => {
    while (!isOver) await one()
  }
  const workers = Array.from({ length: 20 }, worker)
  await until(() => answered.length > 200)
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number]
  isOver = true
  await Promise.all(workers)
  await pause(20)
  agent.destroy()

  expect(code).toBe(0)
  expect(accepted.length).toBeGreaterThan(200)
  expect(answered.length).toBe(new Set(answered).size)
  expect(accepted.filter((id) => !answered.includes(id))).toEqual([])
})

it.each<[object | null, string]>([
  [null, 'options must be an object, got null'],
  [{}, 'drain must be an object with enter(), onStop(), got undefined'],
])('refuses %o', (options, message) => {
  expect(() => drain(options as never)).toThrow(new TypeError(message))
})

it('refuses what is no server', () => {
  const draining = drain({ drain: lifecycleDrain({ signals: [] }) })
  expect(() => draining.closes({} as never)).toThrow('server must be an object with close()')
})
