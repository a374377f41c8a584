import { drain } from '@holdfast/lifecycle'
import { expect, it } from 'vitest'
import { dial, pause, serve, until } from './serve.ts'

async function scene(delay: number) {
  const end = drain({ signals: [], delay })
  const inside: (() => void)[] = []
  const { port } = await serve({
    holdfast: { drain: end },
    routes: (app) => {
      app.get('/', async () => {
        const { promise, resolve } = Promise.withResolvers<void>()
        inside.push(resolve)
        await promise
        return 'served'
      })
      app.get('/begun', (_, reply) => {
        reply.header('connection', 'close').hijack()
        reply.raw.writeHead(200, { connection: 'close' }).write('begun')
        inside.push(() => reply.raw.end())
      })
    },
  })
  return { end, inside, ...dial(port) }
}

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
const responses = (text: string): string[] => text.split('HTTP/1.1 200 OK').slice(1)

it.each([
  ['before it began', false],
  ['during the delay', true],
])('a drain answers all that was asked for on one connection %s, and ends it with the last', async (_when, isLate) => {
  const { end, inside, socket, text, closed } = await scene(isLate ? 20 : 0)
  socket.write(isLate ? ask('/') : ask('/').repeat(3))
  await until(() => inside.length === (isLate ? 1 : 3))
  const over = end.start()
  for (let count = inside.length + 1; count <= 3; count++) {
    socket.write(ask('/'))
    await until(() => inside.length === count)
  }
  await until(() => end.phase === 'finishing')
  for (const answer of inside) answer()
  expect((await over).clean).toBe(true)
  await closed
  expect(responses(text()).map((response) => response.includes('connection: close'))).toEqual([false, false, true])
})

it('a drain does not begin what comes behind the last response of its connection', async () => {
  const { end, inside, socket, text, closed } = await scene(60_000)
  void end.start()
  socket.write(ask('/begun'))
  await until(() => inside.length === 1)
  socket.write(ask('/'))
  await pause(30)
  inside[0]?.()
  await closed
  expect([responses(text()).length, inside.length]).toEqual([1, 1])
  end.force()
})
