import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { brownOut } from '../brown-out.ts'
import { gateway, type Settings } from '../gateway.ts'
import { naively } from '../naively.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

function listen(server: Server): Promise<string> {
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

/** A service in front of a dependency that fails so many requests first; asks it once, and counts what its dependency was asked. */
async function ask(policies: Settings['policies'], failures: number): Promise<{ status: number; asked: number }> {
  let asked = 0
  const upstream = await listen(
    createServer((_, response) => {
      asked++
      response.statusCode = asked <= failures ? 503 : 200
      response.end('ok')
    }),
  )
  const service = await gateway({ upstream, settings: { policies }, seed: 1, gauge: () => {} })
  const { status } = await fetch(await listen(createServer(service as never)))
  return { status, asked }
}

describe.each(['naive', 'holdfast'] as const)('the %s service', (policies) => {
  it('hands on what its dependency answers', async () => {
    expect(await ask(policies, 0)).toEqual({ status: 200, asked: 1 })
  })

  it('tries again, three times at most', async () => {
    expect(await ask(policies, 2)).toEqual({ status: 200, asked: 3 })
    expect(await ask(policies, 9)).toEqual({ status: 503, asked: 3 })
  })
})

it('gives each naive attempt a time of its own', async () => {
  const signals: AbortSignal[] = []
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signals.push(signal)
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  await expect(naively(hang, 10)).rejects.toMatchObject({ name: 'TimeoutError' })
  expect(new Set(signals).size).toBe(3)
})

it('is an experiment with two arms', () => {
  expect(brownOut).toMatchObject({ arms: ['naive', 'holdfast'], seeds: [1] })
})
