import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { askRedis, pinger } from './redis-ping.ts'
import { type RedisProcess, spawnRedis } from './redis-process.ts'
import type { RedisServer } from './redis-server.ts'

/** What a private server is started with. */
export interface OwnedRedis {
  readonly binary: string
  readonly args: readonly string[]
  readonly startTimeout: number
  readonly prefix: string
}

const host = '127.0.0.1'
const defaultArgs = ['--bind', host, '--save', '', '--appendonly', 'no', '--daemonize', 'no']
/** How long a server may take to end in good order before it is killed. */
const grace = 2_000

/** Starts a private server on a free port, with its files in a temporary folder. */
export async function startOwned(redis: OwnedRedis): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'))
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const launched = await launchOnFreePort(redis, folder).catch(async (error: unknown) => {
    await removeFolder()
    throw error
  })
  const { port } = launched
  let { server } = launched
  let stopped = false

  function running(what: string): RedisProcess {
    if (server.alive) return server
    throw new Error(`${what}() needs a server that runs, and this one ${stopped ? 'was stopped' : 'is gone'}`)
  }

  async function end(): Promise<void> {
    const timer = setTimeout(() => server.signal('SIGKILL'), grace)
    server.signal('SIGTERM')
    // A frozen process hears nothing else.
    server.signal('SIGCONT')
    await server.gone()
    clearTimeout(timer)
  }

  async function stop(): Promise<void> {
    stopped = true
    await end()
    await removeFolder()
  }

  return {
    url: `redis://${host}:${port}`,
    host,
    port,
    get pid() {
      return server.alive ? server.pid : undefined
    },
    owned: true,
    prefix: redis.prefix,
    ping: pinger(addressOf(port)),
    freeze: () => running('freeze').signal('SIGSTOP'),
    thaw: () => running('thaw').signal('SIGCONT'),
    async kill() {
      const killed = running('kill')
      killed.signal('SIGKILL')
      await killed.gone()
    },
    async restart() {
      if (stopped) throw new Error('restart() needs a server that was not stopped: start another')
      await end()
      server = await launch(redis, folder, port)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function launchOnFreePort(redis: OwnedRedis, folder: string): Promise<{ port: number; server: RedisProcess }> {
  for (let triesLeft = 5; ; triesLeft--) {
    const port = await freePort()
    try {
      return { port, server: await launch(redis, folder, port) }
    } catch (error) {
      // Somebody else was given the port between our asking for a free one and the server's taking it.
      if (triesLeft === 1 || !String(error).includes('Address already in use')) throw error
    }
  }
}

/** Starts a server and resolves when it answers. */
async function launch(redis: OwnedRedis, folder: string, port: number): Promise<RedisProcess> {
  const { binary, args, startTimeout } = redis
  const server = spawnRedis(binary, ['--port', String(port), '--dir', folder, ...defaultArgs, ...args], folder)
  const giveUp = performance.now() + startTimeout
  while (server.alive && performance.now() < giveUp) {
    if (await answers(server, port)) return server
    await sleep(20)
  }
  const inTime = server.alive ? `gave no answer within ${startTimeout} ms` : 'ended before it answered'
  server.signal('SIGKILL')
  await server.gone()
  throw new Error(`The Redis server ${inTime} (${binary}, port ${port}):\n${server.report}`)
}

/** Asks for the pid as well: on a port that was taken, somebody else's server would answer in place of ours. */
async function answers(server: RedisProcess, port: number): Promise<boolean> {
  try {
    await pinger(addressOf(port))()
    const info = await askRedis(addressOf(port), ['INFO', 'server'], 1_000)
    return info.includes(`process_id:${server.pid}\r\n`)
  } catch {
    return false
  }
}

function addressOf(port: number): { host: string; port: number } {
  return { host, port }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
