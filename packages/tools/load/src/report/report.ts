import { type Result, runsOf } from '../experiment/result.ts'
import type { Run } from '../recording/run.ts'
import { headings, medianShown, warningsOf } from '../terminal/table.ts'
import { drawBands } from './bands.ts'
import { type Chart, drawChart, sizes } from './chart.ts'
import { chartsOf, firstRuns } from './charts.ts'
import { inPage } from './drawing.ts'
import { machine } from './machine.ts'
import { html, type Markup } from './markup.ts'
import { colours, style } from './style.ts'

/** One page with everything in it: no script, no font and no picture comes from elsewhere. */
export function reportOf(results: readonly Result[]): string {
  const title = results.map(({ name }) => name).join(', ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · load test</title>
<link rel="icon" href="data:,">
<style>${{ markup: style }}</style>
</head>
<body>
${results.map(section)}
</body>
</html>
`.markup
}

function section(result: Result): Markup {
  const { name, about, arms, seeds, verdicts } = result
  const first = firstRuns(result)
  const over = seeds.length > 1 ? ` Medians of ${seeds.length} seeds; lines over time are of seed ${seeds[0]}.` : ''
  return html`<section>
<h1>${name}</h1>
${about === '' ? '' : html`<p>${about}</p>`}
<p class="soft">${conditions(result)}${over}</p>
<ul class="verdicts">${verdicts.map((one) => html`<li class="${one.passed ? 'pass' : 'fail'}">${one.text} <span class="soft">(${one.shown})</span></li>`)}</ul>
${warningsOf(result).map((warning) => html`<p class="soft">${warning}</p>`)}
<div class="scroll">${figureTable(result)}</div>
<ul class="legend">${arms.map((arm, at) => html`<li><span class="key arm-${at % colours}"></span>${arm}</li>`)}</ul>
<div class="charts">
${chartsOf(result).map(chartFigure)}
${first.map(bandFigure)}
</div>
</section>`
}

function conditions({ runs, date }: Result): string {
  const { node, cores, model, platform } = machine()
  const rates = [...new Set(runs.map(({ rate, duration }) => `${rate}/s for ${duration / 1_000} s`))].join(', ')
  const day = date.toISOString().slice(0, 16).replace('T', ' ')
  return `${rates}, each arm. ${day} UTC, Node ${node}, ${cores} × ${model}, ${platform}.`
}

function figureTable(result: Result): Markup {
  const names = headings(result)
  return html`<table>
<thead><tr><th></th>${names.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${result.arms.map(
    (arm) =>
      html`<tr><td>${arm}</td>${names.map((name) => html`<td>${medianShown(runsOf(result, arm), name)}</td>`)}</tr>`,
  )}</tbody>
</table>`
}

function chartFigure(chart: Chart): Markup {
  return html`<figure><figcaption>${chart.title}</figcaption>${sizes.map((size) => inPage(drawChart(chart, size)))}</figure>`
}

function bandFigure(run: Run | undefined, arm: number): Markup {
  const drawn = sizes.flatMap((size) => (run === undefined ? [] : (drawBands(run, arm, size) ?? [])))
  if (run === undefined || drawn.length === 0) return html``
  const legend = html`<ul class="legend soft"><li><span class="key block ink-closed"></span>closed</li><li><span class="key block ink-open"></span>open</li><li><span class="key block ink-half"></span>half-open</li></ul>`
  return html`<figure><figcaption>Inside ${run.arm}</figcaption>${drawn.map(inPage)}${run.policies.length > 0 ? legend : ''}</figure>`
}
