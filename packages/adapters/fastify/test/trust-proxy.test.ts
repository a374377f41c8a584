import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { expect, it } from 'vitest'
import { holdfast } from '../src/index.ts'

/** The types of Fastify do not allow a number any more. */
const behind = (trustProxy: unknown): FastifyInstance => Fastify({ trustProxy } as FastifyServerOptions)

it('a number for trustProxy is refused at start-up, with the reason', async () => {
  const app = behind(1)
  app.register(holdfast, {})
  await expect(app.ready()).rejects.toThrow(
    'trustProxy must be the addresses of your proxies or a function of them, got 1: Fastify ignores a number of hops, and all ' +
      'clients behind a proxy would share one key',
  )
})

it('also where the plugin is registered deep inside', async () => {
  const app = behind(2)
  app.register(async (inner) => {
    inner.register(async (innermost) => {
      await innermost.register(holdfast, {})
    })
  })
  await expect(app.ready()).rejects.toThrow(TypeError)
})

it.each([undefined, false, true, '127.0.0.1', ['10.0.0.0/8'], () => true])('%o is not', async (trustProxy) => {
  const app = behind(trustProxy)
  await app.register(holdfast, {})
  await app.ready()
  await app.close()
})

it('the Fastify that is installed does ignore it: clients behind a proxy are all at its address', async () => {
  const app = behind(1)
  app.get('/', async ({ ip }) => ip)
  const ask = async (address: string) => (await app.inject({ url: '/', headers: { 'x-forwarded-for': address } })).body
  expect([await ask('192.0.2.1'), await ask('192.0.2.2')]).toEqual(['127.0.0.1', '127.0.0.1'])
})
