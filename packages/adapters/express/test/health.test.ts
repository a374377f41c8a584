import { type HealthOptions, drain as lifecycleDrain, health as lifecycleHealth } from '@holdfast/lifecycle'
import { tokenBucket } from '@holdfast/rate-limit'
import { expect, it } from 'vitest'
import { health, rateLimit } from '../src/index.ts'
import { serving } from './serving.ts'

const probed = (options: HealthOptions, paths: { live?: string; ready?: string } = {}) =>
  serving((app) => {
    app.use(health({ health: lifecycleHealth(options), ...paths }))
    app.use(rateLimit({ limiter: tokenBucket({ rate: 1, per: 3_600_000, burst: 1 }) }))
    app.use((_req, res) => void res.status(299).end())
  })

it('tells whether the process is alive and ready, with the states of what is inside, and is not limited', async () => {
  const { ask } = await probed({ states: { breaker: () => 'closed' } })
  for (const path of ['/livez', '/readyz', '/livez', '/readyz?verbose']) {
    const { status, headers, body } = await ask(path)
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ])
    expect(JSON.parse(body)).toMatchObject({ ok: true, draining: false, states: { breaker: 'closed' } })
  }
  expect((await ask('/livez', { method: 'HEAD' })).status).toBe(200)
  expect((await ask('/livez', { method: 'POST' })).status).toBe(299)
  expect((await ask('/other')).status).toBe(429)
})

it('answers 503 where a check fails', async () => {
  const { ask } = await probed({
    readiness: {
      database: () => {
        throw new Error('no route')
      },
    },
  })
  expect((await ask('/livez')).status).toBe(200)
  const { status, body } = await ask('/readyz')
  expect(status).toBe(503)
  expect(JSON.parse(body).checks.database).toMatchObject({ ok: false, error: 'no route' })
})

it('is alive and not ready while it drains', async () => {
  const end = lifecycleDrain({ signals: [], delay: 60_000 })
  const { ask } = await probed({ drain: end })
  void end.start()
  expect([(await ask('/livez')).status, (await ask('/readyz')).status]).toEqual([200, 503])
  end.force()
})

it('answers at other paths', async () => {
  const { ask } = await probed({}, { live: '/up', ready: '/go' })
  expect([(await ask('/up')).status, (await ask('/go')).status, (await ask('/livez')).status]).toEqual([200, 200, 299])
})

it('a state that cannot be written makes no process unhealthy', async () => {
  const round: { self?: unknown } = {}
  round.self = round
  const { ask } = await probed({ states: { round: () => round, big: () => 1n } })
  const { status, body } = await ask('/readyz')
  expect(status).toBe(200)
  expect(JSON.parse(body)).toEqual({ ok: true, draining: false, checks: {} })
})

it.each<[object | undefined, typeof TypeError | typeof RangeError, string]>([
  [undefined, TypeError, 'options must be an object, got undefined'],
  [{}, TypeError, 'health must be an object with live(), ready(), got undefined'],
  [{ health: lifecycleHealth(), live: 'livez' }, RangeError, "live must be a path that begins with '/', got 'livez'"],
  [{ health: lifecycleHealth(), ready: 5 }, TypeError, "ready must be a path that begins with '/', got 5"],
])('refuses %o', (options, kind, message) => {
  const making = (): unknown => health(options as never)
  expect(making).toThrow(kind)
  expect(making).toThrow(message)
})
