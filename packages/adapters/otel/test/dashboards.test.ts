import { channel } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { budget } from '@holdfast/budget'
import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { type Observation, observable, observing, pipeline } from '@holdfast/core'
import { hedge } from '@holdfast/hedge'
import { shed } from '@holdfast/shed'
import { beforeEach, describe, expect, it } from 'vitest'
import { instruments } from '../src/index.ts'
import { rules } from '../src/rules.ts'
import { samples } from './samples.ts'
import { rig } from './sdk.ts'

const guides = new URL('../../../../docs/guides/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, guides), 'utf8')

/** The queries of a file, whatever it is. */
const queries: Readonly<Record<string, () => string[]>> = {
  'observability.md': () =>
    [...read('observability.md').matchAll(/```promql\n([\s\S]*?)```/g)].flatMap(([, code = '']) =>
      code.trim().split('\n'),
    ),
  'observability/prometheus-rules.yml': () =>
    [...read('observability/prometheus-rules.yml').matchAll(/^ +expr: (.+)$/gm)].map(([, expr = '']) => expr),
  'observability/grafana-dashboard.json': () =>
    [...read('observability/grafana-dashboard.json').matchAll(/"(?:expr|query|definition)": "((?:[^"\\]|\\.)*)"/g)]
      .map(([, text]) => String(JSON.parse(`"${text}"`)))
      .filter((text) => text !== 'prometheus'),
}

/** What every instrument there is looks like to Prometheus: its names, its labels and their values. */
async function exported() {
  const { scraped } = rig({ keys: 'cap' })
  const things = [
    circuitBreaker(),
    bulkhead({ maxConcurrent: 1 }),
    budget(),
    hedge({ delay: 5 }),
    shed({ concurrency: 5 }),
    observable({
      [observing]: (tell: (one: Observation) => void) => {
        tell({ kind: 'redis', policy: 'p', state: { degraded: false } })
      },
    }),
  ]
  for (const [kind, ofKind] of Object.entries(samples)) {
    for (const [type, sample] of Object.entries(ofKind)) {
      for (const observed of [true, false]) {
        channel(`holdfast:${kind}`).publish({ type, policy: 'p', key: 'k', ...sample, observed })
      }
    }
  }
  await pipeline()
    .execute(() => Promise.reject(new Error('no')))
    .catch(() => {})
  const text = await scraped()
  expect(things).toHaveLength(6)
  return {
    names: new Set([...text.matchAll(/^(holdfast_\w+)\{/gm)].map(([, name]) => name)),
    labels: new Set([...text.matchAll(/(\w+)="/g)].map(([, label]) => label)),
    values: new Set([...text.matchAll(/(\w+="[^"]*")/g)].map(([, pair]) => pair)),
  }
}

/** What Prometheus itself puts on a series, and what stands for all. */
const ITS_OWN = ['job', 'instance', 'le', '__name__', 'otel_metric_overflow']

describe.each(Object.keys(queries))('%s', (file) => {
  let known: Awaited<ReturnType<typeof exported>>
  const found = queries[file]?.() ?? []
  beforeEach(async () => {
    known = await exported()
  })

  it('has queries', () => {
    expect(found.length).toBeGreaterThan(10)
    for (const query of found) {
      for (const [open, close] of ['()', '{}', '[]']) {
        expect(query.split(open ?? '').length, query).toBe(query.split(close ?? '').length)
      }
    }
  })

  it('asks for what is exported, by names, labels and values', () => {
    for (const query of found) {
      const outside = query
        .replace(/\{[^}]*\}/g, '')
        .replace(/by \([^)]*\)/g, '')
        .replace(/, \w+\)$/, ')')
      const names = [...outside.matchAll(/\bholdfast_\w+/g)].map(([name]) => name)
      for (const name of names) expect(known.names, query).toContain(name)
      for (const [, inside = ''] of query.matchAll(/\{([^}]*)\}/g)) {
        for (const [, label, said = ''] of inside.matchAll(/(\w+)\s*[=!]~?\s*"([^"]*)"/g)) {
          if (ITS_OWN.includes(label ?? '') || said.startsWith('$')) continue
          for (const value of said.split('|')) expect(known.values, query).toContain(`${label}="${value}"`)
        }
      }
      for (const [, grouped = ''] of query.matchAll(/by \(([^)]*)\)/g)) {
        for (const label of grouped.split(', ')) expect([...known.labels, ...ITS_OWN], query).toContain(label)
      }
    }
  })
})

describe('the rules', () => {
  const text = read('observability/prometheus-rules.yml')

  it('have an alert for each thing that goes wrong in the guide', () => {
    const alerts = [...text.matchAll(/alert: (\w+)/g)].map(([, name]) => name)
    const wanted = ['BreakerFlapping', 'BudgetExhausted', 'Shedding', 'LimiterDegraded', 'HedgeRateAboveBudget']
    expect(alerts).toEqual(expect.arrayContaining(wanted.map((name) => `Holdfast${name}`)))
  })

  it('use only records that they make', () => {
    const records = [...text.matchAll(/record: (\S+)/g)].map(([, name]) => name)
    const used = queries['observability/prometheus-rules.yml']?.().flatMap(
      (query) => query.match(/holdfast:[\w:]+/g) ?? [],
    )
    expect(records).toEqual(expect.arrayContaining(used ?? []))
  })
})

describe('the README', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

  it('has a row for each instrument, with its kind, unit and attributes', () => {
    const rows = [
      ...text.matchAll(
        /^\| `(holdfast\.[a-z_.]+)` +\| (counter|histogram|gauge) +\| `([^`]+)` +\| (.*?) +\| (.*?) +\|$/gm,
      ),
    ]
    const shown = rows.map(([, name, kind, unit, about, attributes]) => [
      name,
      { kind, unit, about, attributes: attributes?.replaceAll('`', '').split(', ') },
    ])
    expect(Object.fromEntries(shown)).toEqual(instruments)
  })

  it('names every decision', () => {
    const decisions = Object.values(rules).flatMap((ofKind) => Object.values(ofKind).map(({ decision }) => decision))
    for (const decision of new Set(decisions)) if (decision !== undefined) expect(text).toContain(`\`${decision}\``)
  })
})

describe('the alert of a breaker that stays open', () => {
  const alert = /alert: HoldfastBreakerOpen\n[\s\S]*?expr: (.+)/.exec(read('observability/prometheus-rules.yml'))?.[1]
  const states = /holdfast_state=~"([^"]+)"/.exec(alert ?? '')?.[1]

  it.each([
    ['open', true],
    // A scrape may meet a probe: the alert would begin to count anew.
    ['half-open', true],
    ['closed', false],
    ['isolated', false],
  ])('goes by a breaker that is %s: %j', (state, counts) => {
    expect(new RegExp(`^(?:${states})$`).test(state)).toBe(counts)
  })
})
