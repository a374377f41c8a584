import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { askRedis, parseRedisUrl, pinger } from '../src/redis-ping.ts'

describe('a redis URL', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, username: '', password: '', tls: false }],
    ['redis://10.0.0.1:7000/3', { host: '10.0.0.1', port: 7000, username: '', password: '', tls: false }],
    ['redis://:p%40ss@cache:1', { host: 'cache', port: 1, username: '', password: 'p@ss', tls: false }],
    ['rediss://me:secret@cache:2', { host: 'cache', port: 2, username: 'me', password: 'secret', tls: true }],
    ['redis://[::1]:6380', { host: '::1', port: 6380, username: '', password: '', tls: false }],
  ])('%s says where and how', (url, address) => {
    expect(parseRedisUrl(url)).toEqual(address)
  })

  it.each(['localhost:6379', 'http://localhost', 'redis://', 'redis:localhost', ''])('may not be %o', (url) => {
    expect(() => parseRedisUrl(url)).toThrow('REDIS_URL must look like redis://host:6379')
  })

  it('that is wrong is not repeated in the error, since it may hold a password', () => {
    expect(() => parseRedisUrl('redi://:secret@host')).toThrow(/^((?!secret).)*$/)
  })
})

describe('asking a server', () => {
  let server: Server | undefined
  const heard: string[] = []
  afterEach(() => {
    server?.close()
    heard.length = 0
  })

  /** A server that answers whatever comes first with these pieces, one after another. */
  async function serverOf(pieces: readonly string[], end = false): Promise<{ host: string; port: number }> {
    server = createServer((socket) => {
      socket.once('data', async (chunk) => {
        heard.push(chunk.toString())
        for (const piece of pieces) {
          socket.write(piece)
          await new Promise(setImmediate)
        }
        if (end) socket.end()
      })
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return { host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 }
  }

  it('sends a command the way Redis reads it', async () => {
    const address = await serverOf(['+OK\r\n'])
    await askRedis(address, ['SET', 'é', ''], 1_000)
    expect(heard).toEqual(['*3\r\n$3\r\nSET\r\n$2\r\né\r\n$0\r\n\r\n'])
  })

  it.each([
    ['a simple string', ['+PONG\r\n'], 'PONG'],
    ['a number', [':12\r\n'], '12'],
    ['a bulk string', ['$5\r\na\r\nbc\r\n'], 'a\r\nbc'],
    ['a bulk string in pieces', ['$', '6\r', '\nhé', 'llo', '\r', '\n'], 'héllo'],
    ['an empty bulk string', ['$0\r\n\r\n'], ''],
  ])('understands %s', async (_, pieces, text) => {
    expect(await askRedis(await serverOf(pieces), ['ANY'], 1_000)).toBe(text)
  })

  it('says who it is first when there is a password', async () => {
    const address = await serverOf(['+OK\r\n+PO', 'NG\r\n'])
    await pinger({ ...address, username: 'me', password: 'secret' })()
    expect(heard).toEqual(['*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$6\r\nsecret\r\n*1\r\n$4\r\nPING\r\n'])
  })

  it.each([
    ['an error reply', ['-NOAUTH Authentication required.\r\n'], false, /answered NOAUTH Authentication required\./],
    ['another answer', ['+HELLO\r\n'], false, /answered HELLO to PING/],
    ['half an answer', ['+PO'], true, /closed the connection without an answer/],
    ['no answer', [], false, /gave no answer within 50 ms/],
  ])('fails on %s', async (_, pieces, end, message) => {
    await expect(pinger(await serverOf(pieces, end))({ timeout: 50 })).rejects.toThrow(message)
  })

  it('fails where nobody listens', async () => {
    const address = await serverOf([])
    await new Promise((resolve) => server?.close(resolve))
    await expect(pinger(address)()).rejects.toThrow(/127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/)
  })

  it('takes no timeout that is none', async () => {
    await expect(pinger({ host: '127.0.0.1', port: 1 })({ timeout: Number.NaN })).rejects.toThrow(RangeError)
  })
})
