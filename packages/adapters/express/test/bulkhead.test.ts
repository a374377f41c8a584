import { describe, expect, it } from 'vitest'
import { type BulkheadOptions, bulkhead, deadline, errors } from '../src/index.ts'
import { pause, serving, until } from './serving.ts'

async function scene(options: BulkheadOptions) {
  const compartment = bulkhead(options)
  const inside: (() => void)[] = []
  const served = await serving((app) => {
    app.get('/free', (_req, res) => void res.send('free'))
    app.get('/', compartment, (_req, res) => void inside.push(() => res.send('served')))
    app.use(errors())
  })
  return { ...served, compartment, inside }
}

describe('a bulkhead', () => {
  it('answers 503 with a problem to what is too much of its route, and no other route', async () => {
    const { ask, inside, compartment } = await scene({ maxConcurrent: 1 })
    const first = ask()
    await until(() => inside.length === 1)
    const { status, headers } = await ask()
    expect([status, headers['content-type']]).toEqual([503, 'application/problem+json'])
    expect((await ask('/free')).status).toBe(200)
    inside[0]?.()
    expect((await first).status).toBe(200)
    await until(() => compartment.policy.snapshot().running === 0)
  })

  it('lets those who wait in, as others leave', async () => {
    const { ask, inside } = await scene({ maxConcurrent: 1, maxQueued: 1 })
    const replies = [ask(), ask()]
    await until(() => inside.length === 1)
    inside[0]?.()
    await until(() => inside.length === 2)
    inside[1]?.()
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200])
  })

  it('has one for each key, and charges what weight says', async () => {
    const { ask, inside } = await scene({
      maxConcurrent: 2,
      key: (req) => req.get('x-tenant'),
      weight: (req) => Number(req.get('x-weight') ?? 1),
    })
    const first = ask('/', { headers: { 'x-tenant': 'a', 'x-weight': '2' } })
    await until(() => inside.length === 1)
    expect((await ask('/', { headers: { 'x-tenant': 'a' } })).status).toBe(503)
    const other = ask('/', { headers: { 'x-tenant': 'b' } })
    await until(() => inside.length === 2)
    for (const leave of inside) leave()
    expect([(await first).status, (await other).status]).toEqual([200, 200])
  })

  it('slots come back when clients vanish, while they wait and in the middle of a response', async () => {
    const compartment = bulkhead({ maxConcurrent: 2, maxQueued: 50 })
    const { connect } = await serving((app) => {
      app.get('/', compartment, (_req, res) => void res.write('begun'))
    })
    const sockets = Array.from({ length: 20 }, () => {
      const socket = connect()
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      return socket
    })
    const figures = () => compartment.policy.snapshot()
    await until(() => figures().running === 2 && figures().queued === 18)
    for (const socket of sockets.slice(2, 10)) socket.destroy()
    await until(() => figures().queued === 10)
    for (const socket of sockets) socket.destroy()
    await until(() => figures().running === 0 && figures().queued === 0)
  })

  it('a slow reader holds its slot until it has read, or leaves', async () => {
    const compartment = bulkhead({ maxConcurrent: 1 })
    const { connect } = await serving((app) => {
      app.get('/', compartment, (_req, res) => void res.end(Buffer.alloc(16_000_000)))
    })
    const socket = connect()
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => compartment.policy.snapshot().running === 1)
    await pause(100)
    expect(compartment.policy.snapshot().running).toBe(1)
    socket.resume()
    await until(() => compartment.policy.snapshot().running === 0)
    socket.destroy()
  })

  it('slots come back when the deadline has answered', async () => {
    const compartment = bulkhead({ maxConcurrent: 1 })
    const { ask } = await serving((app) => {
      app.use(deadline({ timeout: 30 }))
      app.get('/', compartment, () => {})
    })
    for (let i = 0; i < 3; i++) {
      expect((await ask()).status).toBe(504)
      await until(() => compartment.policy.snapshot().running === 0)
    }
  })

  it.each([
    [
      'key',
      {
        key: () => {
          throw new Error('no')
        },
      },
    ],
    [
      'weight',
      {
        weight: () => {
          throw new Error('no')
        },
      },
    ],
    ['weight that is none', { weight: () => 0 }],
    ['key that is none', { key: () => 5 as unknown as string }],
  ])('a %s that throws, or gives nonsense, goes to the error handler and takes no slot', async (_, options) => {
    const { ask, compartment } = await scene({ maxConcurrent: 1, ...options })
    expect((await ask()).status).toBe(500)
    expect(compartment.policy.snapshot().running).toBe(0)
  })
})

it.each<[object | null | undefined, typeof TypeError | typeof RangeError, string]>([
  [undefined, TypeError, 'options must be an object, got undefined'],
  [{}, TypeError, 'maxConcurrent must be an integer from 1 up, got undefined'],
  [{ maxConcurrent: 0 }, RangeError, 'maxConcurrent must be an integer from 1 up, got 0'],
  [{ maxConcurrent: 1, key: 'a' }, TypeError, "key must be a function, got 'a'"],
  [{ maxConcurrent: 1, weight: 2 }, TypeError, 'weight must be a function, got 2'],
])('refuses %o', (options, kind, message) => {
  const making = (): unknown => bulkhead(options as never)
  expect(making).toThrow(kind)
  expect(making).toThrow(message)
})
