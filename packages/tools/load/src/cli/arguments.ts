import { parseArgs } from 'node:util'

/** What the command line asks for. */
export type Command =
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  | ({ readonly type: 'target'; readonly url: string; readonly load: TargetArguments } & Outputs)
  | ({ readonly type: 'file'; readonly path: string; readonly only: readonly string[] } & Outputs)

export interface TargetArguments {
  readonly rate: number
  readonly duration: number
  readonly together: number | undefined
  readonly connections: number | undefined
  readonly timeout: number | undefined
  readonly warmup: number | undefined
  readonly expect: readonly string[]
  readonly method: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly allowRemote: boolean
  readonly keepGoing: boolean
}

export interface Outputs {
  /** Where JSON goes; `-` is standard output, in place of the table. */
  readonly json: string | undefined
  /** Where the report goes. */
  readonly report: string | undefined
  readonly quiet: boolean
}

const options = {
  rate: { type: 'string', short: 'r' },
  duration: { type: 'string', short: 'd' },
  together: { type: 'string' },
  connections: { type: 'string', short: 'c' },
  timeout: { type: 'string' },
  warmup: { type: 'string' },
  expect: { type: 'string', short: 'e', multiple: true },
  method: { type: 'string' },
  header: { type: 'string', multiple: true },
  body: { type: 'string' },
  'allow-remote': { type: 'boolean' },
  'keep-going': { type: 'boolean' },
  only: { type: 'string', multiple: true },
  json: { type: 'string' },
  report: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

const ofTargets = [
  'rate',
  'duration',
  'together',
  'connections',
  'timeout',
  'warmup',
  'expect',
  'method',
  'header',
  'body',
  'allow-remote',
  'keep-going',
] as const

/** Reads a command line. What is wrong with it is said in a sentence that names the argument. */
export function parseArguments(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  if (values.help === true) return { type: 'help' }
  if (values.version === true) return { type: 'version' }
  const [what, ...others] = positionals
  if (what === undefined) throw new TypeError('say what to load: a URL, or a file with experiments; --help says more')
  if (others.length > 0) throw new TypeError(`one URL or file at a time, got ${others[0]} as well`)
  const outputs = { json: values.json, report: values.report, quiet: values.quiet ?? false }

  if (!/^[a-z][a-z+.-]*:\/\//i.test(what)) {
    const stranger = ofTargets.find((name) => values[name] !== undefined)
    if (stranger !== undefined)
      throw new TypeError(
        `--${stranger} goes with a URL, which begins with http:// or https://; the file '${what}' says itself what it needs`,
      )
    return { type: 'file', path: what, only: values.only ?? [], ...outputs }
  }
  if (values.only !== undefined) throw new TypeError('--only goes with a file of experiments')
  if (values.rate === undefined) throw new TypeError('say how many requests a second: --rate 500')
  const load = {
    rate: numberOf('rate', values.rate),
    duration: msOf('duration', values.duration ?? '10'),
    together: values.together === undefined ? undefined : numberOf('together', values.together),
    connections: values.connections === undefined ? undefined : numberOf('connections', values.connections),
    timeout: values.timeout === undefined ? undefined : msOf('timeout', values.timeout),
    warmup: values.warmup === undefined ? undefined : msOf('warmup', values.warmup),
    expect: values.expect ?? [],
    method: values.method?.toUpperCase(),
    headers: Object.fromEntries((values.header ?? []).map(headerOf)),
    body: values.body,
    allowRemote: values['allow-remote'] ?? false,
    keepGoing: values['keep-going'] ?? false,
  }
  return { type: 'target', url: what, load, ...outputs }
}

function numberOf(name: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value)) throw new RangeError(`--${name} must be a number, got '${text}'`)
  return value
}

/** Seconds, unless the unit is said: `10`, `1.5s`, `500ms`, `2m`. */
function msOf(name: string, text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  if (number === undefined)
    throw new RangeError(`--${name} must be a time, such as 10 (seconds), 500ms or 2m, got '${text}'`)
  return Number(number) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm']
}

function headerOf(text: string): [name: string, value: string] {
  const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new RangeError(`--header must look like 'accept: text/html', got '${text}'`)
  return [name, value]
}
