import { Agent, get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { listen } from '../../src/process/listen.ts'
import { machineTime } from '../../src/process/machine-time.ts'
import { resolveUpstream, type UpstreamOptions } from '../../src/upstream/options.ts'
import { type UpstreamServer, upstreamServer } from '../../src/upstream/upstream-server.ts'

let upstream: UpstreamServer
afterEach(() => void upstream.server.close().closeAllConnections())

async function start(
  options: UpstreamOptions,
  { seed = 1, begun = true } = {},
): Promise<(timeout?: number) => Promise<string>> {
  upstream = upstreamServer(resolveUpstream('upstream', options), seed)
  const url = await listen(upstream.server)
  if (begun) upstream.begin(machineTime())
  return (timeout = 30_000) =>
    new Promise((resolve) => {
      const agent = new Agent()
      const request = get(url, { agent, signal: AbortSignal.timeout(timeout) }, (response: IncomingMessage) => {
        response.resume().on('end', () => {
          agent.destroy()
          resolve(`${response.statusCode} ${response.headers['retry-after'] ?? ''}`.trim())
        })
      })
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name))
    })
}

it('answers, and counts who came', async () => {
  const ask = await start({ latency: 200 })
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['200', '200', '200'])
  expect(upstream.read()).toMatchObject({ requests: 3, served: 3, mostAtOnce: 3, perSecond: [3] })
})

it('is never quicker than its latency', async () => {
  const ask = await start({ latency: 30 })
  const begun = performance.now()
  await ask()
  expect(performance.now() - begun).toBeGreaterThanOrEqual(30)
})

it('fails, with the status and the time that are said', async () => {
  const ask = await start({ faults: [{ type: 'fail', status: 429, retryAfter: 7 }] })
  expect(await ask()).toBe('429 7')
  expect(upstream.read()).toMatchObject({ requests: 1, failed: 1, served: 0 })
})

it('breaks the connection', async () => {
  const ask = await start({ faults: [{ type: 'reset' }] })
  expect(await ask()).toBe('ECONNRESET')
  expect(upstream.read()).toMatchObject({ requests: 1, reset: 1 })
})

it('hangs, for a while or until the other side gives up', async () => {
  const patient = await start({ faults: [{ type: 'hang', duration: 50 }] })
  expect(await patient()).toBe('200')
  upstream.server.close()
  const ask = await start({ faults: [{ type: 'hang' }] })
  expect(await ask(50)).toBe('ABORT_ERR')
  expect(upstream.read()).toMatchObject({ requests: 1, hung: 1, served: 0 })
})

it('serves one after the other, and turns away who finds the queue full', async () => {
  const ask = await start({ capacity: 10, maxQueued: 1 })
  expect((await Promise.all([ask(), ask(), ask()])).sort()).toEqual(['200', '200', '503'])
  expect(upstream.read()).toMatchObject({ served: 2, refused: 1 })
})

it('serves also those who have gone, for nobody', async () => {
  const ask = await start({ latency: 100 })
  expect(await ask(20)).toBe('ABORT_ERR')
  await sleep(200)
  expect(upstream.read()).toMatchObject({ requests: 1, served: 0, wasted: 1 })
})

it('is well and counts nothing before the load begins', async () => {
  const ask = await start({ faults: [{ type: 'fail' }] }, { begun: false })
  expect(await ask()).toBe('200')
  expect(upstream.read()).toMatchObject({ requests: 0, served: 0, perSecond: [] })
  upstream.begin(machineTime())
  expect(await ask()).toBe('503')
})

it('gives the n-th request the same luck with the same seed, however many came before the load', async () => {
  const luck = async (seed: number, before: number): Promise<string> => {
    const ask = await start({ faults: [{ type: 'fail', rate: 0.5 }] }, { seed, begun: false })
    for (let n = 0; n < before; n++) await ask()
    upstream.begin(machineTime())
    const fates: string[] = []
    for (let n = 0; n < 20; n++) fates.push(await ask())
    upstream.server.close()
    return fates.join(' ')
  }
  const first = await luck(7, 0)
  expect(await luck(7, 3)).toBe(first)
  expect(await luck(8, 0)).not.toBe(first)
})
