import { writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { type Overload, overload } from './overload.ts'

const seconds = Number(process.argv[2] ?? 30)

const rows: [string, number, Overload][] = []
for (const [arm, factor] of [
  ['shed', 1.9],
  ['shed', 3],
  ['bare', 3],
] as const) {
  const found = await overload(arm, factor, seconds)
  rows.push([arm, factor, found])
  console.log(arm, factor, found)
}

/** Whether the lines of an arm are held; there are none for Fastify alone. */
function verdict(arm: string, factor: number, found: Overload): string {
  if (arm !== 'shed') return ''
  const important = factor < 2 ? found.important >= 0.99 : found.importantGoodput >= 0.9
  return important && found.goodput >= 0.9 && found.heap <= 1.5 && found.recovery <= 2 ? 'pass' : 'MISS'
}

const share = (value: number): string => `${(100 * value).toFixed(1)} %`
const table = rows.map(([arm, factor, found]) =>
  [
    arm === 'shed' ? 'with `shed`' : 'Fastify alone',
    `${factor} ×`,
    share(found.important),
    share(found.importantGoodput),
    share(found.goodput),
    `${found.heap.toFixed(2)} ×`,
    Number.isFinite(found.recovery) ? `${found.recovery.toFixed(1)} s` : 'not within 5 s',
    verdict(arm, factor, found),
  ].join(' | '),
)

const page = `# Overload

Written by \`node benchmarks/http/src/overload/main.ts\`. A Fastify service whose dependency serves 10 at once, each for 100 ms, is asked for more
than it can do for ${seconds} s; every other request is important, and nobody waits for longer than a second.

${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores that other work shared (load ${loadavg()[0]?.toFixed(1)}); capacity as measured before each, ${rows.map(([, , { capacity }]) => capacity.toFixed(0)).join(', ')} a second.

| | offered | important served | important, of capacity | goodput, of capacity | live heap, of idle | recovered in | verdict |
| --- | --: | --: | --: | --: | --: | --: | --- |
${table.map((row) => `| ${row} |`).join('\n')}

At 1.9 times the capacity the important are 0.95 of it, and the line is that 99 % of them are served. At three times they are 1.5 times the
capacity: two in three is all that can be served of them, and the line is that nine tenths of the capacity go to them. Goodput: at least 0.9 of the
capacity. Recovery, all served at half the capacity: within 2 s. Live heap: at most 1.5 times that of the idle process.
`
writeFileSync(new URL('../../../results/http-overload.md', import.meta.url), page)
