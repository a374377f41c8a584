import { constant } from '@holdfast/backoff'
import { countingClock, heapInUse, type Upstream, until, upstream } from '@holdfast/testing/upstream'
import { Agent, fetch as undiciFetch } from 'undici'
import { type FetchFunction, resilientFetch } from '../src/index.ts'
import { through } from './requests.ts'

/** What is left after very many requests that went wrong in every way. */
export interface Remains {
  readonly requests: number
  readonly outcomes: Readonly<Record<string, number>>
  /** Open at the server, beyond those that the pool keeps. */
  readonly sockets: number
  /** Set and neither fired nor cancelled. */
  readonly timers: number
  /** On the signal that all requests shared. */
  readonly listeners: number
  /** How much the heap has grown after the first quarter, in bytes. */
  readonly grown: number
}

const CONNECTIONS = 20

/** Makes `count` requests: retried, hedged, aborted, timed out, read and not. */
export async function remainsOf(count: number): Promise<Remains> {
  await using server = await faulty()
  const dispatcher = new Agent({ connections: CONNECTIONS })
  const shared = new AbortController()
  let listeners = 0
  watchListeners(shared.signal, (by) => {
    listeners += by
  })
  const { clock, pending } = countingClock()
  const client = resilientFetch({
    fetch: undiciFetch as unknown as FetchFunction,
    backoff: constant(1),
    budget: { initial: 1_000_000, max: 1_000_000 },
    breaker: { failureRate: Infinity },
    timeout: 500,
    clock,
    maxExtraLoad: 0.5,
  })
  const outcomes: Record<string, number> = {}
  const note = (name: string) => {
    outcomes[name] = (outcomes[name] ?? 0) + 1
  }

  async function one(index: number): Promise<void> {
    const own = new AbortController()
    const way = index % 10
    const signal = way === 0 ? own.signal : shared.signal
    const init = through(dispatcher, { signal, ...(way === 1 ? { method: 'PUT', body: 'body' } : {}) })
    const path = way === 2 ? '/stalls' : way === 3 ? '/resets' : '/flaky'
    if (way === 0) setTimeout(() => own.abort('enough'), index % 7)
    try {
      const response = await client(`${server.url}${path}`, init, way === 2 ? { timeout: 40 } : {})
      if (way === 4) await response.body?.cancel()
      else if (way === 5) for await (const _ of response.body ?? []) break
      else await response.text()
      note(String(response.status))
    } catch (error) {
      note(error instanceof Error ? error.name : String(error))
    }
  }

  async function batch(from: number, to: number): Promise<void> {
    let next = from
    const worker = async () => {
      while (next < to) await one(next++)
    }
    await Promise.all(Array.from({ length: 32 }, worker))
  }

  await batch(0, count / 4)
  const before = await heapInUse()
  await batch(count / 4, count)
  await until(() => server.sockets.size <= CONNECTIONS).catch(() => {})
  // The one timer of calls that are given the same time finds nobody when it fires, and is not set again.
  await until(() => pending() === 0).catch(() => {})
  // What waits for one more poll, or lingers for a moment.
  await new Promise((resolve) => setTimeout(resolve, 100))
  const grown = (await heapInUse()) - before
  const sockets = Math.max(0, server.sockets.size - CONNECTIONS)
  await dispatcher.destroy()
  await until(() => server.sockets.size === 0)
  return { requests: server.requests, outcomes, sockets, timers: pending(), listeners, grown }
}

function faulty(): Promise<Upstream> {
  return upstream((response, { path, index }, socket) => {
    if (path === '/stalls') response.write('some')
    else if (path === '/resets' && index % 3 !== 0) socket.resetAndDestroy()
    else response.writeHead(index % 3 === 0 ? 503 : 200).end('x'.repeat(2_000))
  }, true)
}

function watchListeners(signal: AbortSignal, changed: (by: number) => void): void {
  const { addEventListener, removeEventListener } = signal
  const known = new Set<unknown>()
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    if (!known.has(args[1])) changed(1)
    known.add(args[1])
    addEventListener.apply(signal, args)
  }
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    if (known.delete(args[1])) changed(-1)
    removeEventListener.apply(signal, args)
  }
}
