import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { checkDuration } from './checks.ts'
import type { PingOptions } from './redis-server.ts'

/** Where a Redis listens and how to get in: what a `redis://` URL says. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
  readonly tls?: boolean
}

export function parseRedisUrl(url: string): RedisAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const tls = parsed?.protocol === 'rediss:'
  if (parsed === undefined || parsed.hostname === '' || !(tls || parsed.protocol === 'redis:')) {
    // Without the URL itself, which may hold a password.
    throw new RangeError('REDIS_URL must look like redis://host:6379 or rediss://user:password@host:6379')
  }
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    username: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    tls,
  }
}

/**
 * Sends one command over a connection of its own and resolves with the text of the reply; an error reply rejects. It
 * speaks as much RESP as PING and INFO need, so that this package needs no Redis client.
 */
export function askRedis(address: RedisAddress, command: readonly string[], timeout: number): Promise<string> {
  const { host, port, username = '', password = '', tls = false } = address
  const where = `${host}:${port}`
  const login = password === '' ? [] : [['AUTH', ...(username === '' ? [] : [username]), password]]
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port })
    const timer = setTimeout(() => fail(`${where} gave no answer within ${timeout} ms`), timeout)
    let unanswered = login.length
    let received: Buffer = Buffer.alloc(0)

    function end(): void {
      clearTimeout(timer)
      socket.destroy()
    }
    function fail(message: string, cause?: Error): void {
      end()
      reject(new Error(message, { cause }))
    }
    function onReply(reply: Reply): void {
      if (reply.isError) fail(`${where} answered ${reply.text}`)
      else if (unanswered > 0) unanswered--
      else {
        end()
        resolve(reply.text)
      }
    }

    socket.on('error', (error) => fail(`${where} cannot be reached: ${error.message}`, error))
    socket.on('close', () => fail(`${where} closed the connection without an answer`))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      for (let reply = readReply(received); reply !== undefined; reply = readReply(received)) {
        received = received.subarray(reply.length)
        onReply(reply)
      }
    })
    socket.write([...login, command].map(encode).join(''))
  })
}

/** A function that pings, with the timeout of `RedisServer.ping`. */
export function pinger(address: RedisAddress): (options?: PingOptions) => Promise<void> {
  return async ({ timeout = 1_000 }: PingOptions = {}) => {
    checkDuration('timeout', timeout)
    const answer = await askRedis(address, ['PING'], timeout)
    if (answer !== 'PONG') throw new Error(`${address.host}:${address.port} answered ${answer} to PING`)
  }
}

interface Reply {
  readonly text: string
  readonly isError: boolean
  /** In bytes. */
  readonly length: number
}

/** The first reply in what was received, `undefined` while some of it is missing. */
function readReply(bytes: Buffer): Reply | undefined {
  const lineEnd = bytes.indexOf('\r\n')
  if (lineEnd === -1) return undefined
  const kind = bytes.toString('latin1', 0, 1)
  const line = bytes.toString('utf8', 1, lineEnd)
  const start = lineEnd + 2
  if (kind !== '$') return { text: line, isError: kind === '-', length: start }
  const end = start + Number(line)
  if (bytes.length < end + 2) return undefined
  return { text: bytes.toString('utf8', start, end), isError: false, length: end + 2 }
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`
}
