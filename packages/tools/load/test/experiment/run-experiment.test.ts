import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  between,
  experiment,
  figure,
  measure,
  type Progress,
  ratio,
  runExperiment,
  runTarget,
  toPlain,
} from '../../src/index.ts'
import { startKnownServer } from '../known-server.ts'

const gateway = new URL('../fixtures/proxy.ts', import.meta.url)
const load = { rate: 50, duration: 2_000, warmup: 300, connections: 20 }

/** The processes that this one has started and that are still there, where the system tells. */
function children(): string[] {
  if (!existsSync('/proc/self/stat')) return []
  return readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/stat`, 'utf8').includes(`) S ${process.pid} `)
    } catch {
      return false
    }
  })
}

describe('an experiment', { timeout: 120_000 }, () => {
  it('runs each arm with each seed, and judges what they come to', async () => {
    const seen: Progress[] = []
    const one = experiment({
      name: 'one',
      arms: { direct: {}, slow: { gateway, upstream: { faults: [{ type: 'slow', by: 100 }] } } },
      upstream: { latency: between(1, 5) },
      load: { ...load, duration: 500 },
      seeds: [1, 2],
      verdicts: [
        ratio('p50', 'slow', 'direct').atLeast(3),
        figure('errors', 'slow').atMost(0),
        measure('requests', ({ slow }) => slow?.upstream?.requests ?? 0).atMost(25),
        figure('p50', 'slow').below(50),
      ],
    })
    const result = await runExperiment(one, { onProgress: (progress) => seen.push(progress) })
    expect(result.runs.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual(['direct 1', 'slow 1', 'direct 2', 'slow 2'])
    expect(result.verdicts.map(({ passed }) => passed)).toEqual([true, true, true, false])
    expect(result.passed).toBe(false)
    expect(result.runs.map((run) => run.recording.all.count)).toEqual([25, 25, 25, 25])
    expect(result.runs[1]?.gauges.length).toBeGreaterThan(0)

    expect(seen.every(({ share }, at) => share >= 0 && share <= 1 && (at === 0 || seen[at - 1] !== undefined))).toBe(
      true,
    )
    expect(new Set(seen.map(({ run }) => run))).toEqual(new Set([0, 1, 2, 3]))
    const plain = toPlain(result)
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain)
    expect(plain.arms.map(({ name, runs, median }) => [name, runs.length, median.offered])).toEqual([
      ['direct', 2, 25],
      ['slow', 2, 25],
    ])
  })

  it('sends requests in groups, where they are to come together', async () => {
    const groups = { ...load, rate: 40, together: 20, duration: 1_000, warmup: 0 }
    const { runs } = await runExperiment(
      experiment({ name: 'groups', arms: { one: {} }, upstream: { latency: 300 }, load: groups }),
    )
    expect(runs[0]?.upstream).toMatchObject({ requests: 40, mostAtOnce: 20 })
  })

  it('mixes requests, on the same connections, and tells what became of each kind', async () => {
    const one = experiment({
      name: 'one',
      arms: { mixed: { gateway: new URL('../fixtures/writes-fail.ts', import.meta.url) } },
      upstream: {},
      load: {
        rate: 100,
        duration: 600,
        connections: 3,
        mix: {
          reads: { share: 4 },
          writes: { method: 'POST', body: 'x' },
          allowed: { method: 'POST', path: '/allowed', headers: { 'x-may': 'yes' } },
        },
      },
      verdicts: [
        figure('goodput', 'mixed', { of: 'reads' }).atLeast(1),
        figure('goodput', 'mixed', { of: 'writes' }).atMost(0),
        figure('goodput', 'mixed', { of: 'allowed' }).atLeast(1),
        figure('offered', 'mixed', { of: 'reads' }).atLeast(40),
        figure('offered', 'mixed', { of: 'writes' }).atMost(10),
      ],
    })
    const { verdicts, runs } = await runExperiment(one)
    expect(verdicts.filter(({ passed }) => !passed)).toEqual([])
    expect(runs[0]?.recording.failures).toEqual({ 'HTTP 403': 10 })
  })

  it('hears of the circuit breakers of its gateway', async () => {
    const one = experiment({
      name: 'one',
      arms: { broken: { gateway: new URL('../fixtures/breaker.ts', import.meta.url) } },
      upstream: {},
      load: { ...load, duration: 1_000, warmup: 0 },
    })
    const { runs } = await runExperiment(one)
    expect(runs[0]?.policies.map(({ policy, state }) => `${policy} ${state}`)).toEqual(['mine open', 'mine closed'])
  })

  it('ends with its signal, and leaves no process behind', async () => {
    const one = experiment({ name: 'one', arms: { a: {} }, upstream: {}, load: { ...load, duration: 60_000 } })
    const ended = new AbortController()
    const reason = new Error('enough')
    const before = children()
    const running = runExperiment(one, {
      signal: ended.signal,
      onProgress: ({ share }) => {
        if (share > 0) ended.abort(reason)
      },
    })
    await expect(running).rejects.toBe(reason)
    expect(children()).toEqual(before)
    await expect(runExperiment(one, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('ends when its listener throws', async () => {
    const one = experiment({ name: 'one', arms: { a: {} }, upstream: {}, load })
    const before = children()
    const error = new Error('not like this')
    const onProgress = (): never => {
      throw error
    }
    await expect(runExperiment(one, { onProgress })).rejects.toBe(error)
    expect(children()).toEqual(before)
  })

  it.each<[string, unknown, unknown, string]>([
    ['experiment', { name: 'one' }, {}, "experiment must be what experiment() returns, got { name: 'one' }"],
    ['options', undefined, undefined, 'experiment must be what experiment() returns, got undefined'],
  ])('with a wrong %s says so', async (_, one, options, message) => {
    await expect(runExperiment(one as never, options as never)).rejects.toThrow(message)
  })

  it('with a wrong listener says so', async () => {
    const one = experiment({ name: 'one', arms: { a: {} }, upstream: {}, load })
    await expect(runExperiment(one, { onProgress: 5 as never })).rejects.toThrow('onProgress must be a function, got 5')
    await expect(runTarget('http://127.0.0.1:1', { ...load, onProgress: 5 as never })).rejects.toThrow(
      'onProgress must be a function, got 5',
    )
  })
})

describe('a target', () => {
  it('is sent what is said', async () => {
    await using server = await startKnownServer({ service: 1, echo: true })
    const { runs } = await runTarget(server.url, {
      ...load,
      duration: 500,
      method: 'POST',
      headers: { 'x-wanted': 'yes' },
      body: 'hello',
    })
    expect(runs[0]?.recording.failures).toEqual({})
    const { runs: others } = await runTarget(server.url, { ...load, duration: 500 })
    expect(others[0]?.recording.failures).toEqual({ 'HTTP 418': 25 })
  })
})
