import type { Result } from '../experiment/result.ts'
import { drawBands } from './bands.ts'
import { drawChart, type Size } from './chart.ts'
import { chartsOf, firstRuns } from './charts.ts'
import { type Drawing, placedAt } from './drawing.ts'
import { html, type Markup } from './markup.ts'
import { colours, pictureStyle } from './style.ts'

const size: Size = { name: 'wide', width: 560, height: 240 }
const padding = 14
const caption = 24
const gap = 16
const edge = 20
const head = 76
const card = size.width + 2 * padding

/** The plots of a result as one picture, an SVG that needs nothing else: for a README, light and dark. */
export function pictureOf(result: Result): string {
  const bands = firstRuns(result).flatMap((run, arm) => {
    const drawn = run === undefined ? undefined : drawBands(run, arm, size)
    return drawn === undefined ? [] : [{ ...drawn, title: `Inside ${drawn.title}` }]
  })
  const charts = chartsOf(result).map((chart) => drawChart({ ...chart, notes: [] }, size))
  const { cards, bottom } = inTwoColumns([...charts, ...bands])
  const width = 2 * edge + 2 * card + gap
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom}" width="${width}" height="${bottom}" role="img" aria-label="${result.name}">
<style>${{ markup: pictureStyle }}</style>
<rect class="page" width="${width}" height="${bottom}"/>
<text class="ink name" x="${edge}" y="36">${result.name}</text>
${legend(result.arms)}
${cards}
</svg>
`.markup
}

function legend(arms: readonly string[]): Markup[] {
  let x = edge
  return arms.map((arm, at) => {
    const from = x
    // Letters have no width here; this is more than any of them takes on the average.
    x += 60 + arm.length * 8
    return html`<rect class="arm-${at % colours}" fill="currentColor" x="${from}" y="52" width="22" height="4" rx="2"/><text class="ink arm" x="${from + 30}" y="59">${arm}</text>`
  })
}

/** Each drawing goes where there is room first. */
function inTwoColumns(drawings: readonly Drawing[]): { readonly cards: readonly Markup[]; readonly bottom: number } {
  const next: [number, number] = [head, head]
  const cards = drawings.map((drawing) => {
    const column = next[0] <= next[1] ? 0 : 1
    const x = edge + column * (card + gap)
    const y = next[column]
    const height = caption + drawing.height + 2 * padding
    next[column] += height + gap
    return html`<rect class="card" x="${x}" y="${y}" width="${card}" height="${height}" rx="8"/><text class="ink caption" x="${x + padding}" y="${y + padding + 10}">${drawing.title}</text>${placedAt(x + padding, y + padding + caption, drawing)}`
  })
  return { cards, bottom: Math.max(...next) - gap + edge }
}
