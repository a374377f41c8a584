import { aimd } from '@holdfast/admission'
import type { ShedEvent } from '@holdfast/shed'
import { recordEvents } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { deadline, errors, type ShedOptions, shed } from '../src/index.ts'
import { pause, serving, until } from './serving.ts'

/** An app whose requests to `/` stay until they are let go. */
async function scene(options: ShedOptions) {
  const door = shed(options)
  const inside: (() => void)[] = []
  const paths: string[] = []
  const served = await serving((app) => {
    app.use(door)
    app.get('/{*rest}', (req, res) => {
      paths.push(req.path)
      inside.push(() => res.send('served'))
    })
    app.use(errors())
  })
  return { ...served, door, inside, paths }
}

describe('shedding', () => {
  it('answers 503 with Retry-After and a problem when there is no room', async () => {
    const { ask, inside } = await scene({ concurrency: 1, maxQueued: 0, retryAfter: 4_000, random: () => 0.5 })
    const first = ask()
    await until(() => inside.length === 1)
    const { status, headers, body } = await ask()
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([503, 'application/problem+json', '4'])
    expect(JSON.parse(body).type).toBe('https://iana.org/assignments/http-problem-types#temporary-reduced-capacity')
    inside[0]?.()
    expect((await first).status).toBe(200)
  })

  it('gives a place back when the response is out, and when the client leaves at any time', async () => {
    const { ask, connect, inside, door } = await scene({ concurrency: 1, maxQueued: 5, maxQueueTime: 5_000 })
    const running = connect()
    running.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => inside.length === 1)
    const waiting = connect()
    waiting.write('GET /b HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => door.policy.snapshot().queued === 1)
    waiting.destroy()
    await until(() => door.policy.snapshot().queued === 0)
    running.destroy()
    await until(() => door.policy.snapshot().running === 0)
    const last = ask('/c')
    await until(() => inside.length === 2)
    inside[1]?.()
    expect((await last).body).toBe('served')
    await until(() => door.policy.snapshot().running === 0)
  })

  it('serves the more important first; the header lowers a request and makes none critical', async () => {
    const { ask, inside, door, paths } = await scene({ concurrency: 1, queue: 'fifo', maxQueueTime: 5_000 })
    const replies = [ask('/first')]
    await until(() => inside.length === 1)
    const asked: [string, string][] = [
      ['/background', 'background'],
      ['/claims-critical', 'critical'],
      ['/normal', ''],
      ['/nonsense', '\u00e9'.repeat(300)],
      ['/urgent', 'u=0'],
    ]
    for (const [at, [path, priority]] of asked.entries()) {
      replies.push(ask(path, { headers: { priority } }))
      await until(() => door.policy.snapshot().queued === at + 1)
    }
    for (let at = 0; at < replies.length; at++) {
      await until(() => inside.length === at + 1)
      inside[at]?.()
    }
    await Promise.all(replies)
    expect(paths).toEqual(['/first', '/claims-critical', '/normal', '/nonsense', '/urgent', '/background'])
  })

  it('believes a function of the app that a request is critical, inside a deadline, too', async () => {
    const door = shed({
      concurrency: 1,
      queue: 'fifo',
      priority: (req) => (req.path === '/pay' ? 'critical' : undefined),
    })
    const paths: string[] = []
    const inside: (() => void)[] = []
    const { ask } = await serving((app) => {
      app.use(deadline(), door)
      app.get('/{*rest}', (req, res) => {
        paths.push(req.path)
        inside.push(() => res.end())
      })
    })
    const replies = [ask('/a')]
    await until(() => inside.length === 1)
    replies.push(ask('/b'))
    await until(() => door.policy.snapshot().queued === 1)
    replies.push(ask('/pay'))
    await until(() => door.policy.snapshot().queued === 2)
    for (let at = 0; at < 3; at++) {
      await until(() => inside.length === at + 1)
      inside[at]?.()
    }
    await Promise.all(replies)
    expect(paths).toEqual(['/a', '/pay', '/b'])
  })

  it('inside a deadline, a request whose time is out while it waits is answered 503 and leaves the queue', async () => {
    const door = shed({ concurrency: 1, maxQueueTime: 10_000, queue: 'fifo' })
    let handled = 0
    const { ask } = await serving((app) => {
      app.use(deadline({ timeout: 5_000 }), door)
      app.get('/', (_req, res) => {
        handled++
        setTimeout(() => res.end(), 300)
      })
    })
    const first = ask()
    await until(() => handled === 1)
    const { status } = await ask('/', { headers: { 'x-request-timeout-ms': '50' } })
    expect(status).toBe(503)
    expect(door.policy.snapshot()).toMatchObject({ queued: 0, running: 1 })
    expect((await first).status).toBe(200)
    expect(handled).toBe(1)
  })

  it('a limit that learns hears of answers that are failures', async () => {
    const failing = shed({ concurrency: aimd({ initialLimit: 10, maxLimit: 10 }) })
    const broken = await serving((app) => {
      app.use(failing)
      app.get('/', (_req, res) => void res.status(503).end())
    })
    // On a busy machine the loop may have stood still during one: that one teaches nothing.
    for (let asked = 0; asked < 50 && failing.policy.snapshot().limit === 10; asked++) {
      expect((await broken.ask()).status).toBe(503)
      await pause(20)
    }
    expect(failing.policy.snapshot().limit).toBeLessThan(10)
  })

  it('observing, tells and lets everything through', async () => {
    const events = recordEvents<ShedEvent>()
    const { ask, inside } = await scene({ concurrency: 1, maxQueued: 0, mode: 'observe', onEvent: events })
    const replies = [ask(), ask()]
    await until(() => inside.length === 2)
    for (const leave of inside) leave()
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200])
    expect(events.of('shed.refused')).toMatchObject([{ reason: 'full', observed: true }])
  })

  it('refuses when the loop is late, and recovers', async () => {
    const { ask, inside } = await scene({ maxLoopDelay: 20 })
    const stall = (ms: number): void => {
      const end = Date.now() + ms
      while (Date.now() < end) {}
    }
    let refused = 0
    for (let i = 0; i < 40 && refused === 0; i++) {
      const reply = ask()
      stall(60)
      await Promise.race([reply.then(({ status }) => void (status === 503 && refused++)), pause(5)])
      for (const leave of inside.splice(0)) leave()
    }
    expect(refused).toBeGreaterThan(0)
    await pause(2_000)
    const reply = ask()
    await until(() => inside.length > 0)
    for (const leave of inside.splice(0)) leave()
    expect((await reply).status).toBe(200)
  })

  it('a priority that throws, or is none, goes to the error handler', async () => {
    for (const priority of [
      () => {
        throw new Error('no')
      },
      () => 'urgent' as 'critical',
    ]) {
      const { ask, door } = await scene({ priority })
      expect((await ask()).status).toBe(500)
      expect(door.policy.snapshot()).toMatchObject({ running: 0, queued: 0 })
    }
  })
})

it.each<[object | null, typeof TypeError | typeof RangeError, string]>([
  [null, TypeError, 'options must be an object, got null'],
  [{ priority: 'critical' }, TypeError, "priority must be a function, got 'critical'"],
  [{ concurrency: 0 }, RangeError, 'concurrency must be an integer from 1 up, or Infinity, got 0'],
])('refuses %o', (options, kind, message) => {
  const making = (): unknown => shed(options as never)
  expect(making).toThrow(kind)
  expect(making).toThrow(message)
})
