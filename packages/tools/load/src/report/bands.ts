import type { GaugeReading } from '../gateway/reports.ts'
import type { Run } from '../recording/run.ts'
import { shown } from '../verdict/shown.ts'
import type { Size } from './chart.ts'
import type { Drawing } from './drawing.ts'
import { html, type Markup } from './markup.ts'
import { areaPath, linePath, type Point, places } from './path.ts'
import { linear, type Scale } from './scale.ts'
import { type Band, bandsOf } from './states.ts'
import { colours } from './style.ts'

const label = 18
const bar = 16
const graph = 44
const gap = 10
const edge = { left: 4, right: 14, bottom: 22 }

/** The states of the breakers of a run, and the figures that its gateway told; undefined where there is nothing to show. */
export function drawBands(run: Run, arm: number, { name, width }: Size): Drawing | undefined {
  const breakers = [...bandsOf(run.policies, run.duration)]
  const gauges = [...new Set(run.gauges.map((reading) => reading.name))]
  if (breakers.length + gauges.length === 0) return undefined
  const seconds = run.duration / 1_000
  const x = linear(seconds, { from: edge.left, to: width - edge.right }, Math.min(Math.ceil(seconds), 8))
  let top = 0
  const rows: Markup[] = []
  for (const [policy, bands] of breakers) {
    rows.push(breakerRow(policy, bands, top, x))
    top += label + bar + gap
  }
  for (const gauge of gauges) {
    const readings = run.gauges.filter((reading) => reading.name === gauge && reading.at <= run.duration)
    rows.push(gaugeRow(gauge, readings, arm, top, x))
    top += label + graph + gap
  }
  const height = top + edge.bottom
  const inside = html`${rows}
${x.ticks.map((tick, at) => html`<text class="mark" x="${places(x.at(tick))}" y="${height - 6}" text-anchor="${at === 0 ? 'start' : 'middle'}">${tick} s</text>`)}`
  return { title: run.arm, name, width, height, inside }
}

function breakerRow(policy: string, bands: readonly Band[], top: number, x: Scale): Markup {
  return html`<text class="mark" x="${edge.left}" y="${top + 13}">${policy}</text>${bands.map(
    ({ state, from, until }) =>
      html`<rect class="state ${state}" x="${places(x.at(from / 1_000))}" width="${places(Math.max(1, x.at(until / 1_000) - x.at(from / 1_000)))}" y="${top + label}" height="${bar}"><title>${state} from ${shown(from / 1_000, 'number')} s to ${shown(until / 1_000, 'number')} s</title></rect>`,
  )}`
}

function gaugeRow(gauge: string, readings: readonly GaugeReading[], arm: number, top: number, x: Scale): Markup {
  const values = readings.map(({ value }) => value).filter(Number.isFinite)
  const most = Math.max(0, ...values)
  const bottom = top + label + graph
  const y = linear(most, { from: bottom, to: top + label }, 1)
  const points = readings.map(({ at, value }): Point => [x.at(at / 1_000), y.at(value)])
  const floor = points.map(([at]): Point => [at, bottom])
  const range = `${gauge}: ${shown(Math.min(...values), 'number')} to ${shown(most, 'number')}`
  return html`<text class="mark" x="${edge.left}" y="${top + 13}">${range}</text><path class="area arm-${arm % colours}" d="${areaPath(points, floor)}"/><path class="line solid arm-${arm % colours}" d="${linePath(points)}"/>`
}
