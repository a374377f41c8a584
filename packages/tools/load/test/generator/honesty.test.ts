import { describe, expect, it } from 'vitest'
import { experiment } from '../../src/experiment/experiment.ts'
import { runExperiment } from '../../src/experiment/run-experiment.ts'
import type { Run } from '../../src/recording/run.ts'
import { runTarget } from '../../src/target/run-target.ts'
import type { KnownServer } from '../fixtures/known-server.ts'
import { startKnownServer } from '../known-server.ts'

type Theory = Readonly<Record<number, number>>

interface Load {
  readonly rate: number
  readonly duration: number
  readonly connections?: number
}

/** A run, and the percentiles that follow from what the server itself did. */
async function loaded(server: KnownServer, load: Load): Promise<{ run: Run; truth: (percent: number) => number }> {
  await using known = await startKnownServer(server)
  const { runs } = await runTarget(known.url, { warmup: 500, ...load })
  const run = runs[0] as Run
  const log = (await (await fetch(`${known.url}log`)).json()) as [arrived: number, left: number][]
  return { run, truth: percentilesOf(log.slice(-run.recording.all.count), load.rate) }
}

/** Requests were due evenly, from when the most punctual of them says; each took until its answer left. */
function percentilesOf(log: readonly (readonly [arrived: number, left: number])[], rate: number) {
  const due = (at: number): number => (at * 1_000) / rate
  const begin = Math.min(...log.map(([arrived], at) => arrived - due(at)))
  const took = log.map(([, left], at) => left - begin - due(at)).sort((a, b) => a - b)
  return (percent: number): number => took[Math.ceil((percent / 100) * took.length) - 1] ?? Number.NaN
}

/**
 * Each percentile is within 10 % of what the server knows, and no less than theory says. More than that it may be: a machine
 * that is busy with other things makes a server slower than it was told to be, and then it was.
 */
function expectAgreement({ recording }: Run, truth: (percent: number) => number, theory: Theory): void {
  for (const [percent, least] of Object.entries(theory)) {
    const told = recording.all.percentile(Number(percent))
    const known = truth(Number(percent))
    expect(Math.abs(told / known - 1), `p${percent} is ${told}, the server says ${known}`).toBeLessThan(0.1)
    expect(told, `p${percent} by theory`).toBeGreaterThan(least * 0.9)
  }
}

/** Percentiles and what theory says they are; each within 10 %. */
function expectWithin(run: Run, theory: Theory): void {
  expectAgreement(run, (percent) => theory[percent] ?? Number.NaN, theory)
}

/**
 * What is due while nothing is answered is answered at its end: of `duration` ms with a stall of `stall` ms the percentile
 * `p` is the one of a straight line from the whole stall down to nothing.
 */
function underStall(
  percent: number,
  { service, stall, duration }: { service: number; stall: number; duration: number },
) {
  const slower = 1 - percent / 100
  return service + stall * Math.max(0, 1 - slower / (stall / duration))
}

// On a machine that has no time for the generator either, the measurement is made again.
describe('the percentiles agree with theory', { retry: 2, timeout: 120_000 }, () => {
  it('where every answer takes as long', async () => {
    const { run, truth } = await loaded({ service: 200 }, { rate: 50, duration: 2_000 })
    expectAgreement(run, truth, { 10: 200, 50: 200, 90: 200 })
    expect(run.recording.all.count).toBe(100)
  })

  const stall = { service: 5, stall: 2_000, duration: 5_000 }
  const theory = Object.fromEntries([80, 90, 95, 99].map((percent) => [percent, underStall(percent, stall)]))

  it('where the server stalls, with a connection for every request', async () => {
    const { run, truth } = await loaded({ ...stall, stallAt: 150 }, { rate: 100, duration: 5_000, connections: 300 })
    expectAgreement(run, truth, theory)
    expect(run.pace.waited).toBe(0)
  })

  it('where the server stalls and requests wait for connections, which others would leave out', async () => {
    const { run, truth } = await loaded({ ...stall, stallAt: 150 }, { rate: 100, duration: 5_000, connections: 20 })
    expectAgreement(run, truth, theory)
    expect(run.pace.waited).toBeGreaterThan(100)
    expect(run.recording.all.count).toBe(500)
  })

  it('where the event loop of the server stands still', async () => {
    const { run, truth } = await loaded(
      { ...stall, stallAt: 150, blocks: true },
      { rate: 100, duration: 5_000, connections: 20 },
    )
    expectAgreement(run, truth, theory)
  })

  it('where a queue grows, because more comes than can be served', async () => {
    const overload = experiment({
      name: 'overload',
      arms: { one: {} },
      upstream: { capacity: 100 },
      load: { rate: 150, duration: 3_000, warmup: 200, connections: 400 },
    })
    const { runs } = await runExperiment(overload)
    // Who comes at t waits for half of t.
    expectWithin(runs[0] as Run, { 50: 750, 90: 1_350, 99: 1_485 })
  })
})

describe.concurrent('every request that was due is told of', () => {
  it.each<[string, KnownServer, Readonly<Record<string, number>>]>([
    ['is answered and closed', { service: 5, ending: 'close' }, {}],
    ['is answered without a length', { service: 5, ending: 'no-length' }, {}],
    ['ends half-way', { service: 5, ending: 'halfway' }, { closed: 50 }],
  ])('where each of them %s', async (_, server, failures) => {
    await using known = await startKnownServer(server)
    const { runs } = await runTarget(known.url, { rate: 50, duration: 1_000, warmup: 200, keepGoing: true })
    const { recording } = runs[0] as Run
    expect(recording.all.count).toBe(50)
    expect(recording.failures).toEqual(failures)
  })

  it('where no answer comes in time', async () => {
    await using known = await startKnownServer({ service: 5, stallAt: 20, stall: 60_000 })
    const load = { rate: 50, duration: 1_000, warmup: 0, timeout: 300, connections: 5, keepGoing: true }
    const { runs } = await runTarget(known.url, load)
    const { recording, pace } = runs[0] as Run
    expect(recording.all.count).toBe(50)
    expect(recording.failures['timeout']).toBeGreaterThan(25)
    expect(recording.all.max).toBeLessThan(600)
    expect(pace.waited).toBeGreaterThan(25)
  })
})
