import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type RedisServer, startRedis } from '../src/redis.ts'
import { findServer } from '../src/redis-finder.ts'
import { startOwned } from '../src/redis-owned.ts'
import { askRedis } from '../src/redis-ping.ts'

/** Enough for apt to bring a server on a machine that has none. */
const patience = 6 * 60_000
const isAlive = (pid: number | undefined): boolean => {
  if (pid === undefined) return false
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const ask = (server: RedisServer, ...command: string[]): Promise<string> => askRedis(server, command, 1_000)
const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('holdfast-redis-'))

// Apart from the servers that other test files start at the same time.
const ownFolder = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
beforeAll(async () => {
  Object.assign(process.env, { TMPDIR: ownFolder })
  await findServer()
  return () => rmSync(ownFolder, { recursive: true })
}, patience)
beforeEach(() => {
  vi.stubEnv('REDIS_URL', undefined)
  return () => vi.unstubAllEnvs()
})

describe('a private server', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis({ owned: true })
    return () => redis.stop()
  })

  it('answers on a port of its own on this machine only', async () => {
    await redis.ping()
    expect(redis).toMatchObject({ owned: true, host: '127.0.0.1', url: `redis://127.0.0.1:${redis.port}` })
    expect(isAlive(redis.pid)).toBe(true)
    expect(await ask(redis, 'INFO', 'persistence')).toContain('aof_enabled:0')
  })

  it('answers nothing while it is frozen, and goes on when thawed', async () => {
    redis.freeze()
    await expect(redis.ping({ timeout: 100 })).rejects.toThrow(`127.0.0.1:${redis.port} gave no answer within 100 ms`)
    const late = redis.ping({ timeout: 5_000 })
    redis.thaw()
    await late
    await redis.ping()
  })

  it('refuses connections when it is killed, and comes back empty on its port', async () => {
    const { pid, port } = redis
    await ask(redis, 'SET', `${redis.prefix}key`, 'value')
    await redis.kill()
    expect(redis.pid).toBeUndefined()
    expect(isAlive(pid)).toBe(false)
    await expect(redis.ping()).rejects.toThrow('ECONNREFUSED')
    expect(() => redis.freeze()).toThrow('freeze() needs a server that runs, and this one is gone')
    await expect(redis.kill()).rejects.toThrow('kill() needs a server that runs, and this one is gone')
    await redis.restart()
    await redis.ping()
    expect(redis.port).toBe(port)
    expect(redis.pid).not.toBe(pid)
    expect(await ask(redis, 'DBSIZE')).toBe('0')
  })

  it('restarts while it runs, and while it is frozen', async () => {
    const pids = [redis.pid]
    await redis.restart()
    pids.push(redis.pid)
    redis.freeze()
    await redis.restart()
    pids.push(redis.pid)
    await redis.ping()
    expect(new Set(pids).size).toBe(3)
  })
})

describe('two servers', () => {
  it('run side by side and share nothing', async () => {
    await using one = await startRedis()
    await using other = await startRedis()
    expect(one.port).not.toBe(other.port)
    expect(one.prefix).not.toBe(other.prefix)
    await ask(one, 'SET', 'key', 'value')
    expect(await ask(other, 'DBSIZE')).toBe('0')
    other.freeze()
    await one.ping()
  })
})

describe('stop', () => {
  it('leaves no process, no open port and no folder, and may be called again', async () => {
    const before = folders()
    const redis = await startRedis()
    const { pid } = redis
    expect(folders()).toHaveLength(before.length + 1)
    await redis.stop()
    await redis.stop()
    expect(folders()).toEqual(before)
    expect(isAlive(pid)).toBe(false)
    await expect(redis.ping()).rejects.toThrow('ECONNREFUSED')
    await expect(redis.restart()).rejects.toThrow('restart() needs a server that was not stopped: start another')
    expect(() => redis.thaw()).toThrow('thaw() needs a server that runs, and this one was stopped')
  })

  it('ends a frozen server, too', async () => {
    const redis = await startRedis()
    const { pid } = redis
    redis.freeze()
    await redis.stop()
    expect(isAlive(pid)).toBe(false)
  })
})

describe('args', () => {
  it('reach the server', async () => {
    await using redis = await startRedis({ args: ['--maxmemory', '9mb', '--appendonly', 'yes'] })
    expect(await ask(redis, 'INFO', 'memory')).toContain('maxmemory:9437184')
    await ask(redis, 'SET', 'key', 'value')
    await redis.restart()
    expect(await ask(redis, 'GET', 'key')).toBe('value')
  })

  it('that the server refuses fail with its own words', async () => {
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(
      /The Redis server ended before it answered[\s\S]*no-such-option[\s\S]*It ended with exit code 1/,
    )
  })
})

describe('a server that does not start', () => {
  const redis = { args: [], startTimeout: 300, prefix: '' }

  it('fails in time and is ended, with what it said last', async () => {
    const binary = join(tmpdir(), 'stuck-redis')
    writeFileSync(binary, '#!/bin/sh\necho "I am $$"\nexec sleep 60\n', { mode: 0o755 })
    const error = await startOwned({ ...redis, binary }).catch(String)
    expect(error).toContain('The Redis server gave no answer within 300 ms')
    expect(error).toContain('It ended with SIGKILL.')
    const pid = Number(/I am (\d+)/.exec(String(error))?.[1])
    expect(pid).toBeGreaterThan(0)
    expect(isAlive(pid)).toBe(false)
    expect(folders()).toEqual([])
  })

  it('fails when there is no such binary', async () => {
    const start = startOwned({ ...redis, binary: '/nowhere/redis-server' })
    await expect(start).rejects.toThrow(/ended before it answered[\s\S]*ENOENT/)
  })

  it('fails at once on a bad startTimeout', async () => {
    await expect(startRedis({ startTimeout: -1 })).rejects.toThrow(
      'startTimeout must be a number of milliseconds from 0 up',
    )
  })
})

describe('REDIS_URL', () => {
  let real: RedisServer
  beforeAll(async () => {
    real = await startRedis({ owned: true })
    return () => real.stop()
  })

  it('names the server that is used, and that goes on afterwards', async () => {
    vi.stubEnv('REDIS_URL', real.url)
    const [one, other] = [await startRedis(), await startRedis()]
    expect(one).toMatchObject({ owned: false, url: real.url, host: '127.0.0.1', port: real.port, pid: undefined })
    expect(one.prefix).toMatch(/^test:[0-9a-f]{8}:$/)
    expect(one.prefix).not.toBe(other.prefix)
    await one.ping()
    await one.stop()
    await other[Symbol.asyncDispose]()
    await real.ping()
  })

  it('names a server that is not to be harmed', async () => {
    vi.stubEnv('REDIS_URL', real.url)
    const named = await startRedis()
    const reason = 'needs a server of its own, and this one is named by REDIS_URL; unset it, or pass { owned: true }'
    expect(() => named.freeze()).toThrow(`freeze() ${reason}`)
    expect(() => named.thaw()).toThrow(`thaw() ${reason}`)
    await expect(named.kill()).rejects.toThrow(`kill() ${reason}`)
    await expect(named.restart()).rejects.toThrow(`restart() ${reason}`)
    await expect(startRedis({ args: ['--maxmemory', '1mb'] })).rejects.toThrow('args need a server of their own')
  })

  it('does not count for a test that asks for a server of its own', async () => {
    vi.stubEnv('REDIS_URL', real.url)
    await using redis = await startRedis({ owned: true })
    expect(redis.owned).toBe(true)
    expect(redis.port).not.toBe(real.port)
  })

  it('that names nothing which answers is an error', async () => {
    vi.stubEnv('REDIS_URL', 'redis://:secret@127.0.0.1:1')
    const error = await startRedis().catch(String)
    expect(error).toContain('REDIS_URL is set, but no Redis answers there: 127.0.0.1:1 cannot be reached')
    expect(error).not.toContain('secret')
  })
})

describe('the end of this process', () => {
  const starter = `
    const { startRedis } = await import(${JSON.stringify(new URL('../src/redis.ts', import.meta.url).href)})
    const redis = await startRedis({ owned: true })
    process.stdout.write(redis.port + '\\n')
  `
  it.each([
    ['is not put off by the server, which ends as well', '', 0],
    ['ends the server, if it is an exit', 'process.exit(3)', 3],
    ['ends the server, if it is a SIGKILL', 'process.kill(process.pid, "SIGKILL")', 'SIGKILL'],
    ['ends a frozen server', 'redis.freeze(); process.kill(process.pid, "SIGKILL")', 'SIGKILL'],
  ])('%s', { timeout: 20_000 }, async (_, more, end) => {
    const before = new Set(folders())
    const child = spawn(process.execPath, ['--input-type=module', '-e', starter + more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = await new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)))
    expect(ended).toBe(end)
    const port = Number(said)
    expect(port).toBeGreaterThan(0)
    await vi.waitFor(
      () => expect(askRedis({ host: '127.0.0.1', port }, ['PING'], 200)).rejects.toThrow('ECONNREFUSED'),
      5_000,
    )
    await vi.waitFor(() => expect(folders().filter((name) => !before.has(name))).toEqual([]), 5_000)
  })
})
