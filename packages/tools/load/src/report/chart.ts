import type { Drawing } from './drawing.ts'
import { html, type Markup } from './markup.ts'
import { areaPath, linePath, type Point, places } from './path.ts'
import type { Scale, Span } from './scale.ts'
import { colours } from './style.ts'

/** One line of a chart. */
export interface Line {
  /** Which arm it is of, from 0: arms have the same colour everywhere. */
  readonly arm: number
  readonly points: readonly (readonly [x: number, y: number])[]
  /** What else it is drawn like. */
  readonly style?: 'dashed' | 'thin'
}

/** What lies between two lines, such as the least and the most of several seeds. */
export interface Area {
  readonly arm: number
  readonly upper: Line['points']
  readonly lower: Line['points']
}

/** A part of the x axis that is marked, such as the time of a fault. */
export interface Shade {
  readonly from: number
  readonly until: number
  readonly label: string
}

/** What is told of a place on the x axis to whoever points there. */
export interface Note {
  readonly from: number
  readonly until: number
  readonly text: string
}

export interface Chart {
  readonly title: string
  /** What the axes have, and in which unit. */
  readonly x: (place: Span) => Scale
  readonly y: (place: Span) => Scale
  readonly showX: (value: number) => string
  readonly showY: (value: number) => string
  readonly lines: readonly Line[]
  readonly areas?: readonly Area[]
  readonly shades?: readonly Shade[]
  readonly notes?: readonly Note[]
  /** A level that is marked, such as the rate that was offered. */
  readonly level?: number
}

/** A chart is drawn for wide screens and for narrow ones, so that its letters have the same size on both. */
export interface Size {
  readonly name: 'wide' | 'narrow'
  readonly width: number
  readonly height: number
}

export const sizes: readonly Size[] = [
  { name: 'wide', width: 600, height: 280 },
  { name: 'narrow', width: 360, height: 230 },
]

const margin = { left: 56, right: 14, top: 16, bottom: 26 }

export function drawChart(chart: Chart, size: Size): Drawing {
  const { width, height, name } = size
  const bottom = height - margin.bottom
  const x = chart.x({ from: margin.left, to: width - margin.right })
  const y = chart.y({ from: bottom, to: margin.top })
  const place = (points: Line['points']): Point[] => points.map(([px, py]) => [x.at(px), y.at(py)])
  const inside = html`${(chart.shades ?? []).map((shade) => drawShade(shade, x, bottom))}
${thinned(y.ticks, 6).map(
  (tick) =>
    html`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${places(y.at(tick))}" y2="${places(y.at(tick))}"/><text class="mark" x="${margin.left - 6}" y="${places(y.at(tick) + 4)}" text-anchor="end">${chart.showY(tick)}</text>`,
)}
${thinned(x.ticks, name === 'wide' ? 10 : 6).map(
  (tick) =>
    html`<text class="mark" x="${places(x.at(tick))}" y="${height - 8}" text-anchor="${anchor(x.at(tick), width)}">${chart.showX(tick)}</text>`,
)}
${chart.level === undefined ? '' : html`<line class="level" x1="${margin.left}" x2="${width - margin.right}" y1="${places(y.at(chart.level))}" y2="${places(y.at(chart.level))}"/>`}
${(chart.areas ?? []).map((area) => html`<path class="area arm-${area.arm % colours}" d="${areaPath(place(area.upper), place(area.lower))}"/>`)}
${chart.lines.map((line) => html`<path class="line ${line.style ?? 'solid'} arm-${line.arm % colours}" d="${linePath(place(line.points))}"/>`)}
${(chart.notes ?? []).map(
  ({ from, until, text }) =>
    html`<rect class="note" x="${places(x.at(from))}" width="${places(x.at(until) - x.at(from))}" y="${margin.top}" height="${bottom - margin.top}"><title>${text}</title></rect>`,
)}`
  return { title: chart.title, name, width, height, inside }
}

function drawShade({ from, until, label }: Shade, x: Scale, bottom: number): Markup {
  return html`<rect class="shade" x="${places(x.at(from))}" width="${places(x.at(until) - x.at(from))}" y="${margin.top}" height="${bottom - margin.top}"><title>${label}</title></rect><text class="mark" x="${places(x.at(from) + 4)}" y="${margin.top + 11}">${label}</text>`
}

/** A mark at the end of the axis lies inside the picture. */
function anchor(at: number, width: number): string {
  return at > width - margin.right - 20 ? 'end' : 'middle'
}

/** Every n-th mark, so that no more than `most` are left. */
function thinned(ticks: readonly number[], most: number): readonly number[] {
  const every = Math.ceil(ticks.length / most)
  return ticks.filter((_, at) => at % every === 0)
}
