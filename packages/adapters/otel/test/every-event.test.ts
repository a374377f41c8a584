import { channel } from 'node:diagnostics_channel'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { instruments } from '../src/index.ts'
import { rules } from '../src/rules.ts'
import { samples } from './samples.ts'
import { rig, type Series } from './sdk.ts'

type Kind = keyof typeof samples

/** What an event is to arrive as: name, value, and the attributes beside those of the policy. */
type Arrival = readonly [name: string, value: number, attributes: Record<string, string | boolean>]

const decision = (name: string, reason?: string): Arrival => [
  'holdfast.decisions',
  1,
  { kind: 'yes', 'holdfast.decision': name, ...(reason === undefined ? {} : { 'holdfast.reason': reason }) },
]
const waited = (name: string, seconds: number): Arrival => [
  'holdfast.wait.duration',
  seconds,
  { kind: 'yes', 'holdfast.decision': name },
]
const circuit = (state: string, reason?: string): Arrival => [
  'holdfast.circuit_breaker.transitions',
  1,
  { 'holdfast.state': state, ...(reason === undefined ? {} : { 'holdfast.reason': reason }) },
]
const shedding = (state: string): Arrival => ['holdfast.shed.transitions', 1, { 'holdfast.state': state }]
const limitChanged: Arrival = ['holdfast.limit.changes', 1, { kind: 'yes' }]
const overflowed: Arrival = ['holdfast.key.overflows', 1, { kind: 'yes' }]

/** Every event of every package, and all that comes of it. */
const arrivals: { readonly [K in Kind]: { readonly [T in keyof (typeof samples)[K]]: readonly Arrival[] } } = {
  timeout: {
    'timeout.expired': [decision('timed_out', 'run')],
    'timeout.settled-late': [decision('discarded', 'value'), ['holdfast.timeout.overrun', 0.25, {}]],
  },
  retry: {
    'retry.scheduled': [decision('retried'), ['holdfast.retry.delay', 0.2, {}]],
    'retry.succeeded': [decision('recovered')],
    'retry.exhausted': [decision('exhausted')],
    'retry.abandoned': [decision('gave_up', 'budget')],
  },
  'circuit-breaker': {
    'circuit.opened': [circuit('open', 'failureRate')],
    'circuit.half-opened': [circuit('half-open')],
    'circuit.closed': [circuit('closed', 'probes')],
    'circuit.isolated': [circuit('isolated')],
    'circuit.released': [circuit('closed')],
    'circuit.refused': [decision('refused', 'open')],
    'circuit.probe-lapsed': [decision('probe_lapsed')],
    'circuit.overflowed': [overflowed],
  },
  bulkhead: {
    'bulkhead.queued': [decision('queued')],
    'bulkhead.granted': [decision('granted'), waited('granted', 0.03)],
    'bulkhead.refused': [['holdfast.decisions', 1, { ...decision('refused', 'full')[2], 'holdfast.observed': true }]],
    'bulkhead.displaced': [decision('displaced'), waited('displaced', 0.04)],
    'bulkhead.dropped': [decision('dropped', 'codel'), waited('dropped', 0.05)],
    'bulkhead.abandoned': [decision('abandoned'), waited('abandoned', 0.06)],
    'bulkhead.limit-changed': [limitChanged],
    'bulkhead.overflowed': [overflowed],
  },
  hedge: {
    'hedge.started': [decision('hedged', 'delay')],
    'hedge.refused': [decision('refused', 'failure')],
    'hedge.won': [decision('hedge_won')],
    'hedge.lost': [decision('hedge_lost')],
    'hedge.discarded': [decision('discarded')],
  },
  fallback: {
    'fallback.used': [decision('fell_back')],
    'fallback.failed': [decision('fallback_failed')],
  },
  'rate-limit': {
    'rate-limit.refused': [decision('refused', 'limit')],
    'rate-limit.queued': [decision('queued')],
    'rate-limit.granted': [decision('granted'), waited('granted', 0.07)],
    'rate-limit.abandoned': [decision('abandoned'), waited('abandoned', 0.08)],
  },
  shed: {
    'shed.refused': [decision('refused', 'loop-delay')],
    'shed.queued': [decision('queued')],
    'shed.granted': [decision('granted'), waited('granted', 0.01)],
    'shed.dropped': [decision('dropped', 'displaced'), waited('dropped', 0.02)],
    'shed.abandoned': [decision('abandoned'), waited('abandoned', 0.03)],
    'shed.started': [shedding('shedding')],
    'shed.stopped': [shedding('admitting')],
    'shed.limit-changed': [limitChanged],
  },
  redis: {
    'redis.degraded': [],
    'redis.recovered': [
      ['holdfast.store.degraded_decisions', 42, { kind: 'yes' }],
      ['holdfast.store.outage.duration', 3, { kind: 'yes' }],
    ],
    'redis.failed': [['holdfast.store.failures', 1, { kind: 'yes', 'error.type': 'OOM' }]],
    'redis.charged-in-vain': [decision('charged_in_vain', 'late')],
    'redis.lease-lost': [decision('lease_lost')],
  },
}

const cases = Object.entries(arrivals).flatMap(([kind, ofKind]) =>
  Object.entries(ofKind).map(([type, expected]) => [type, kind as Kind, expected as readonly Arrival[]] as const),
)

function eventOf(kind: Kind, type: string): object {
  const ofKind: Readonly<Record<string, object>> = samples[kind]
  return { type, policy: 'payments', key: 'eu', ...ofKind[type] }
}

function expectedSeries(kind: Kind, [name, value, { kind: named, ...rest }]: Arrival): Series {
  const { unit, kind: instrument, attributes } = instruments[name as keyof typeof instruments]
  return {
    name,
    unit,
    attributes: {
      'holdfast.policy.name': 'payments',
      ...(named === undefined ? {} : { 'holdfast.policy.kind': kind }),
      ...rest,
      ...(attributes.includes('holdfast.key') ? { 'holdfast.key': 'eu' } : {}),
    },
    value,
    ...(instrument === 'histogram' ? { count: 1 } : {}),
  }
}

/** A series as Prometheus is to get it. */
function line({ name, attributes, value, count }: Series): string {
  const kind = instruments[name as keyof typeof instruments].kind
  const suffix = kind === 'counter' ? '_total' : kind === 'histogram' ? '_sum' : ''
  const labels = Object.entries(attributes).map(([label, said]) => `${label.replaceAll('.', '_')}="${said}"`)
  return `${name.replaceAll('.', '_')}${suffix} {${labels.sort().join()}} ${value}${count === undefined ? '' : ` of ${count}`}`
}

/** The lines of a scrape in the same form: labels in order, scope left out. */
function scrapedLines(text: string): string[] {
  const counts = new Map(
    [...text.matchAll(/^(\w+)_count\{(.*)\} (\S+)$/gm)].map(([, name, of, n]) => [`${name} ${of}`, n]),
  )
  return [...text.matchAll(/^(\w+)\{(.*)\} (\S+)$/gm)].map(([, name = '', inside = '', value]) => {
    const labels = [...inside.matchAll(/(\w+)="([^"]*)"/g)].filter(([, label]) => !label?.startsWith('otel_scope'))
    const shown = labels.map(([, label, said]) => `${label}="${said}"`)
    const count = name.endsWith('_sum') ? ` of ${counts.get(`${name.slice(0, -4)} ${inside}`)}` : ''
    return `${name} {${shown.sort().join()}} ${value}${count}`
  })
}

describe('each event of each package', () => {
  it.each(cases)('%s arrives with its name, unit, attributes and value', async (type, kind, expected) => {
    const { series, scraped } = rig({ keys: 'cap' })
    channel(`holdfast:${kind}`).publish(eventOf(kind, type))
    const wanted = expected.map((arrival) => expectedSeries(kind, arrival))
    const byName = (a: Series, b: Series): number => a.name.localeCompare(b.name)
    expect((await series()).sort(byName)).toEqual([...wanted].sort(byName))
    expect(scrapedLines(await scraped())).toEqual(expect.arrayContaining(wanted.map(line)))
  })

  it('is known here, whatever package has an events.ts', () => {
    const packages = new URL('../../../', import.meta.url)
    const told = ['foundation', 'policies', 'adapters']
      .flatMap((floor) => readdirSync(new URL(floor, packages)).map((room) => `${floor}/${room}`))
      .filter((path) => path !== 'foundation/core' && existsSync(new URL(`${path}/src/events.ts`, packages)))
      .map((path) => readFileSync(new URL(`${path}/src/events.ts`, packages), 'utf8'))
      .flatMap((text) => [...text.matchAll(/type: '([^']+)'/g)].map(([, type]) => type))
    const known = Object.values(rules).flatMap((ofKind) => Object.keys(ofKind))
    expect(known.sort()).toEqual(told.sort())
  })

  it('that is not known is no measurement', async () => {
    const { series } = rig()
    channel('holdfast:retry').publish({ type: 'retry.invented', policy: 'payments' })
    channel('holdfast:retry').publish({ type: 'toString', policy: 'payments' })
    expect(await series()).toEqual([])
  })
})
