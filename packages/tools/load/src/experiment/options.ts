import { fileURLToPath, pathToFileURL } from 'node:url'
import { checkCount, checkDuration, checkNumber, checkOptions, checkText, wrongType, wrongValue } from '@holdfast/core'
import { resolveUpstream, type UpstreamOptions, type UpstreamPlan } from '../upstream/options.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { type RequestOptions, type RequestPlan, resolveMix } from './mix.ts'

/** The requests that are made. Times are ms. */
export interface LoadOptions {
  /** How many requests are due in a second, evenly, whatever becomes of them. */
  readonly rate: number
  /** How long requests are made and counted, in ms. */
  readonly duration: number
  /**
   * How many requests are due at the same moment: with 50 at a rate of 100 a second, 50 every half second.
   * @default 1
   */
  readonly together?: number | undefined
  /**
   * Several kinds of requests by their names, such as `{ reads: { share: 9 }, writes: { method: 'POST' } }`. Without it all are
   * alike.
   */
  readonly mix?: Readonly<Record<string, RequestOptions>> | undefined
  /**
   * How many connections there are. A request that is due while none is free waits, and its time counts.
   * @default 100
   */
  readonly connections?: number | undefined
  /**
   * How long an answer is waited for, in ms from when the request was due.
   * @default 10_000
   */
  readonly timeout?: number | undefined
  /**
   * How long requests are made before, in ms, which are not counted and see no faults.
   * @default 1_000
   */
  readonly warmup?: number | undefined
}

/** One of the things that are compared. */
export interface ArmOptions {
  /** Handed to the gateway: which policies to use, for instance. Plain data. */
  readonly settings?: unknown
  /** Another gateway than the experiment's. */
  readonly gateway?: URL | string | undefined
  /** What is different about the upstream of this arm. */
  readonly upstream?: UpstreamOptions | undefined
  /** What is different about the load of this arm. */
  readonly load?: Partial<LoadOptions> | undefined
}

export interface ExperimentOptions {
  /** What it is called. */
  readonly name: string
  /**
   * A sentence or two for the report: what is shown, and how.
   * @default ''
   */
  readonly about?: string | undefined
  /** What is compared, by name. The order is that of the report. */
  readonly arms: Readonly<Record<string, ArmOptions>>
  /** What the gateway calls. */
  readonly upstream: UpstreamOptions
  /** The module of the service under test, such as `new URL('./gateway.ts', import.meta.url)`. Without one the upstream is loaded itself. */
  readonly gateway?: URL | string | undefined
  /** The requests that are made. */
  readonly load: LoadOptions
  /**
   * Each arm runs once with each seed, and medians are judged.
   * @default [1]
   */
  readonly seeds?: readonly number[] | undefined
  /**
   * What must hold.
   * @default []
   */
  readonly verdicts?: readonly Verdict[] | undefined
}

export interface LoadPlan {
  readonly rate: number
  readonly duration: number
  readonly together: number
  readonly mix: readonly RequestPlan[]
  readonly connections: number
  readonly timeout: number
  readonly warmup: number
}

export interface ArmPlan {
  readonly name: string
  readonly settings: unknown
  /** The URL of a module. */
  readonly gateway: string | undefined
  readonly upstream: UpstreamPlan
  readonly load: LoadPlan
}

export interface ExperimentPlan {
  readonly name: string
  readonly about: string
  readonly arms: readonly ArmPlan[]
  readonly seeds: readonly number[]
  readonly verdicts: readonly Verdict[]
}

export function resolveExperiment(options: ExperimentOptions): ExperimentPlan {
  const {
    name,
    about = '',
    arms,
    upstream,
    gateway,
    load,
    seeds = [1],
    verdicts = [],
  } = checkOptions('options', options)
  const names = Object.keys(checkOptions('arms', arms))
  if (names.length === 0) wrongValue('arms', 'an object with at least one arm', arms)
  if (typeof about !== 'string') wrongType('about', 'a string', about)
  return {
    name: checkText('name', name),
    about,
    arms: names.map((arm) =>
      resolveArm(arm, checkOptions(`arms.${arm}`, arms[arm] ?? {}), { upstream, gateway, load }),
    ),
    seeds: checkSeeds(seeds),
    verdicts: checkVerdicts(verdicts, names),
  }
}

type Base = Pick<ExperimentOptions, 'upstream' | 'gateway' | 'load'>

function resolveArm(name: string, arm: ArmOptions, base: Base): ArmPlan {
  const { settings } = arm
  const gateway = arm.gateway ?? base.gateway
  checkPlain(`arms.${name}.settings`, settings)
  const upstream = { ...checkOptions('upstream', base.upstream), ...arm.upstream }
  return {
    name,
    settings,
    gateway: gateway === undefined ? undefined : moduleUrl('gateway', gateway),
    upstream: resolveUpstream(arm.upstream === undefined ? 'upstream' : `arms.${name}.upstream`, upstream),
    load: resolveLoad(arm.load === undefined ? 'load' : `arms.${name}.load`, {
      ...checkOptions('load', base.load),
      ...arm.load,
    }),
  }
}

export function resolveLoad(name: string, options: LoadOptions): LoadPlan {
  const {
    rate,
    duration,
    together = 1,
    mix,
    connections = 100,
    timeout = 10_000,
    warmup = 1_000,
  } = checkOptions(name, options)
  checkNumber(`${name}.rate`, rate, 'a number of requests a second above 0, at most 100,000', { above: true, max: 1e5 })
  checkDuration(`${name}.duration`, duration)
  if (rate * duration < 1_000) wrongValue(`${name}.duration`, 'long enough for one request', duration)
  checkCount(`${name}.together`, together)
  if (together > 10_000) wrongValue(`${name}.together`, 'at most 10,000', together)
  checkCount(`${name}.connections`, connections)
  if (connections > 10_000) wrongValue(`${name}.connections`, 'at most 10,000', connections)
  checkDuration(`${name}.timeout`, timeout)
  checkNumber(`${name}.warmup`, warmup, 'a number of milliseconds from 0 up', {})
  return { rate, duration, together, mix: resolveMix(`${name}.mix`, mix), connections, timeout, warmup }
}

function checkSeeds(seeds: readonly number[]): readonly number[] {
  const rule = 'an array of at least one integer'
  if (!Array.isArray(seeds)) return wrongType('seeds', rule, seeds)
  if (seeds.length === 0 || !seeds.every(Number.isSafeInteger)) wrongValue('seeds', rule, seeds)
  if (new Set(seeds).size < seeds.length) wrongValue('seeds', 'integers that differ', seeds)
  return [...seeds]
}

function checkVerdicts(verdicts: readonly Verdict[], arms: readonly string[]): readonly Verdict[] {
  if (!Array.isArray(verdicts)) return wrongType('verdicts', 'an array', verdicts)
  verdicts.forEach((verdict: Verdict, at) => {
    const name = `verdicts[${at}]`
    if (typeof verdict?.compute !== 'function' || typeof verdict.text !== 'string' || verdict.arms === undefined)
      wrongType(name, "a verdict, such as ratio('p99', 'naive', 'hedged').atLeast(8)", verdict)
    const stranger = verdict.arms.find((arm) => !arms.includes(arm))
    if (stranger !== undefined) wrongValue(name, `about the arms there are (${arms.join(', ')})`, stranger)
  })
  return [...verdicts]
}

function moduleUrl(name: string, module: URL | string): string {
  const rule = 'a URL or an absolute path of a file'
  if (typeof module !== 'string' && !(module instanceof URL)) return wrongType(name, rule, module)
  const text = String(module)
  if (text.startsWith('file:')) return pathToFileURL(fileURLToPath(text)).href
  return text.startsWith('/') || /^[a-z]:[\\/]/i.test(text) ? pathToFileURL(text).href : wrongValue(name, rule, text)
}

/** What another process can be handed. */
function checkPlain(name: string, value: unknown): void {
  try {
    structuredClone(value)
  } catch {
    wrongType(name, 'plain data', value)
  }
}
