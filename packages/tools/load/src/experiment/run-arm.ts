import { pause } from '../generator/schedule.ts'
import { Cast } from '../process/cast.ts'
import { machineTime } from '../process/machine-time.ts'
import type { Batch, GeneratorStart } from '../process/messages.ts'
import { Recording } from '../recording/recording.ts'
import type { Run } from '../recording/run.ts'
import type { ArmPlan } from './options.ts'

/** How long a process may take to get ready, in ms; a gateway may have to connect to something first. */
const patience = 30_000
/** How long before the first request everybody is told when it will be, in ms. */
const headStart = 100

export interface RunHooks {
  readonly signal: AbortSignal | undefined
  /** Requests are over; what is thrown ends the run. */
  recorded(recording: Recording, share: number): void
}

type Request = Pick<GeneratorStart, 'method' | 'headers' | 'body'>

const get: Request = { method: 'GET', headers: {}, body: undefined }

/** Runs one arm with one seed: an upstream, its gateway, and the load on it, each in a process of its own. */
export async function runArm(arm: ArmPlan, seed: number, hooks: RunHooks): Promise<Run> {
  const cast = new Cast(hooks.signal)
  try {
    const upstream = cast.start('upstream', { plan: arm.upstream, seed })
    const { url } = await upstream.next('listening', patience)
    const gateway =
      arm.gateway === undefined
        ? undefined
        : cast.start('gateway', { module: arm.gateway, settings: arm.settings, upstream: url, seed })
    const target = gateway === undefined ? url : (await gateway.next('listening', patience)).url

    const loaded = await load(cast, target, arm.load, get, hooks)
    upstream.read()
    const { counts } = await upstream.next('counts', patience)
    gateway?.read()
    const reports = await gateway?.next('reports', patience)
    return {
      ...loaded,
      arm: arm.name,
      seed,
      upstream: counts,
      faults: arm.upstream.faults,
      policies: reports?.policies ?? [],
      gauges: reports?.gauges ?? [],
    }
  } finally {
    await cast.end()
  }
}

/** Loads a URL from a process of its own. */
export async function runUrl(url: string, plan: ArmPlan['load'], request: Request, hooks: RunHooks): Promise<Run> {
  const cast = new Cast(hooks.signal)
  try {
    const loaded = await load(cast, url, plan, request, hooks)
    return { ...loaded, arm: url, seed: 0, upstream: undefined, faults: [], policies: [], gauges: [] }
  } finally {
    await cast.end()
  }
}

type Loaded = Pick<Run, 'rate' | 'duration' | 'recording' | 'pace'>

async function load(
  cast: Cast,
  url: string,
  plan: ArmPlan['load'],
  request: Request,
  hooks: RunHooks,
): Promise<Loaded> {
  const { rate, duration, warmup, timeout } = plan
  const { method, headers, body } = request
  const recording = new Recording(plan.mix.map(({ name }) => name))
  let origin = Number.POSITIVE_INFINITY
  const share = (): number => Math.min(1, Math.max(0, (machineTime() - origin) / duration))

  const generator = cast.start('generator', { ...plan, method, headers, body, url }, (word) => {
    if (word.type === 'batch') record(word)
  })
  function record(batch: Batch): void {
    recording.add(batch)
    attempt(() => hooks.recorded(recording, share()))
  }
  function attempt(what: () => void): void {
    try {
      what()
    } catch (error) {
      cast.fail(error as Error)
    }
  }

  await generator.next('ready', patience)
  origin = machineTime() + headStart + (warmup === 0 ? 0 : warmup + pause)
  cast.begin(origin)
  const ticks = setInterval(() => attempt(() => hooks.recorded(recording, share())), 250)
  try {
    const { pace } = await generator.next('done', headStart + warmup + pause + duration + timeout + patience)
    return { rate, duration, recording, pace }
  } finally {
    clearInterval(ticks)
  }
}
