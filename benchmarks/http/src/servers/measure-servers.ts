import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import type { ServerGroup } from './server-group.ts'

const WARM_UP = 12_000
const BATCH = 1_000
const AT_ONCE = 10

/** CPU times of a request, in µs, of each server in one round. */
export type ServerRound = Readonly<Record<string, number>>

class Measured {
  readonly name: string
  private readonly child: ChildProcess
  private readonly port: number
  private readonly agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

  private constructor(name: string, child: ChildProcess, port: number) {
    this.name = name
    this.child = child
    this.port = port
  }

  static async start(group: string, name: string): Promise<Measured> {
    const child = fork(new URL('./process.ts', import.meta.url), [group, name], {
      env: { ...process.env, NODE_ENV: 'production' },
    })
    const [port] = await once(child, 'message')
    return new Measured(name, child, port)
  }

  async requests(count: number): Promise<void> {
    let made = 0
    const worker = async (): Promise<void> => {
      while (made++ < count) await this.request()
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }

  async batch(): Promise<number> {
    const before = await this.cpu()
    await this.requests(BATCH)
    return ((await this.cpu()) - before) / BATCH
  }

  stop(): void {
    this.agent.destroy()
    this.child.disconnect()
  }

  private async cpu(): Promise<number> {
    this.child.send('cpu')
    const [used] = await once(this.child, 'message')
    return used
  }

  private request(): Promise<void> {
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: this.port, agent: this.agent }, (response) => {
        response.resume().once('end', resolve)
      }).once('error', reject)
    })
  }
}

/** Measures the servers of a group in `processes` processes each, one set after the other, in turns of a random order. */
export async function measureServers(group: ServerGroup, processes: number, rounds: number): Promise<ServerRound[]> {
  const found: ServerRound[] = []
  for (let set = 0; set < processes; set++) {
    const servers = await Promise.all(Object.keys(group.contenders).map((name) => Measured.start(group.name, name)))
    for (const server of servers) await server.requests(WARM_UP)
    for (let round = 0; round < rounds; round++) {
      const order = servers.map((server) => ({ server, at: Math.random() })).toSorted((a, b) => a.at - b.at)
      const times: Record<string, number> = {}
      for (const { server } of order) times[server.name] = await server.batch()
      found.push(times)
    }
    for (const server of servers) server.stop()
  }
  return found
}
