import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { seededRandom } from '@holdfast/testing'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Result } from '../../src/experiment/result.ts'
import type { Run } from '../../src/recording/run.ts'
import { pictureOf } from '../../src/report/picture.ts'
import { reportOf } from '../../src/report/report.ts'
import { judge } from '../../src/verdict/judge.ts'
import { figure } from '../../src/verdict/verdict.ts'
import { findChromium } from '../browser/find-chromium.ts'
import { runOf, type Told, upstreamCounts } from '../run-of.ts'

let browser: Browser
let folder: string
beforeAll(async () => {
  const executablePath = await findChromium()
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  folder = await mkdtemp(join(tmpdir(), 'holdfast-report-'))
}, 360_000)
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

function made(arm: string, seed: number, slow: number): Run {
  const random = seededRandom(`${arm} ${seed}`)
  const requests = Array.from({ length: 3_000 }, (_, at): Told => {
    const bad = at > 1_000 && at < 2_000 && random() < 0.2
    return [at * 4, random() < 0.02 ? slow : random.int(5, 15), bad ? 503 : 200]
  })
  return runOf(requests, {
    arm,
    seed,
    rate: 250,
    duration: 12_000,
    upstream: { ...upstreamCounts, perSecond: Array.from({ length: 12 }, () => 250) },
    faults: [{ type: 'brownout', capacity: 0.1, from: 4_000, until: 8_000 }],
    policies: [
      { policy: 'breaker', state: 'open', at: 4_500 },
      { policy: 'breaker', state: 'half-open', at: 7_000 },
      { policy: 'breaker', state: 'closed', at: 8_500 },
    ],
    gauges: Array.from({ length: 120 }, (_, at) => ({ name: 'budget', at: at * 100, value: Math.abs(60 - at) / 10 })),
  })
}

function result(): Result {
  const seeds = [1, 2, 3]
  const runs = seeds.flatMap((seed) => [made('naive & <plain>', seed, 300), made('hedged', seed, 30)])
  const trials = seeds.map((seed) =>
    Object.fromEntries(runs.filter((run) => run.seed === seed).map((run) => [run.arm, run])),
  )
  const verdicts = [figure('p99', 'hedged').below(50), figure('errors', 'hedged').atMost(0)].map((one) =>
    judge(one, trials),
  )
  return {
    name: 'A brown-out',
    about: 'What a service makes of it.',
    arms: ['naive & <plain>', 'hedged'],
    seeds,
    runs,
    verdicts,
    passed: false,
    date: new Date(0),
  }
}

/** Opens a report; what the page complains of, or wants from elsewhere, is in the lists. */
async function open(results: readonly Result[], width: number, colorScheme: 'light' | 'dark' = 'light') {
  const path = join(folder, `${width}-${colorScheme}.html`)
  await writeFile(path, reportOf(results))
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => requests.push(request.url()))
  const { href } = pathToFileURL(path)
  await page.goto(href)
  return { page, complaints, elsewhere: requests.filter((url) => url !== href && !url.startsWith('data:')) }
}

/** The plots that are seen, and what is in them. */
const plots = (page: Page) =>
  page.$$eval('svg', (all) =>
    all
      .filter((svg) => svg.getBoundingClientRect().width > 0)
      .map((svg) => ({
        name: svg.getAttribute('aria-label') ?? '',
        width: svg.getBoundingClientRect().width,
        lines: [...svg.querySelectorAll('path.line')].map((path) =>
          (path as unknown as { getTotalLength(): number }).getTotalLength(),
        ),
        states: [...svg.querySelectorAll('.state')].map((band) => band.getBoundingClientRect().width),
        letters: [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect().height),
        inside: [...svg.querySelectorAll('text')].every((text) => {
          const [a, b] = [text.getBoundingClientRect(), svg.getBoundingClientRect()]
          return a.left >= b.left - 1 && a.right <= b.right + 1
        }),
      })),
  )

describe.each([390, 1280])('the report in a real browser, %d px wide', (width) => {
  it('has every plot drawn and legible, wants nothing from elsewhere, and complains of nothing', async () => {
    const { page, complaints, elsewhere } = await open([result()], width)
    expect(complaints).toEqual([])
    expect(elsewhere).toEqual([])

    const drawn = await plots(page)
    expect(drawn.map(({ name }) => name)).toEqual([
      'Latency by percentile',
      'Latency over time: p99, and p50 dotted',
      'Good answers per second',
      'Failed requests per second',
      'Requests that reached the upstream per second',
      'naive & <plain>',
      'hedged',
    ])
    for (const { name, lines, letters, inside, width: across } of drawn) {
      expect(Math.min(...lines), name).toBeGreaterThan(50)
      expect(Math.min(...letters), name).toBeGreaterThanOrEqual(10)
      expect(inside, name).toBe(true)
      expect(across, name).toBeGreaterThan(300)
    }
    expect(drawn[0]?.lines).toHaveLength(2)
    expect(drawn.at(-1)?.states).toHaveLength(4)
    await page.close()
  })

  it('scrolls down and not aside', async () => {
    const { page } = await open(
      [result(), { ...result(), name: 'averyveryveryverylongnamewithoutanyspacethatcouldbebrokenanywhere' }],
      width,
    )
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await page.close()
  })

  it('says its verdicts and its figures in words', async () => {
    const { page } = await open([result()], width)
    const text = await page.textContent('body')
    for (const part of [
      'A brown-out',
      'p99 of hedged < 50 ms',
      'errors of hedged <= 0 %',
      'naive & <plain>',
      'p99.9',
      'Medians of 3 seeds',
    ])
      expect(text).toContain(part)
    expect(await page.locator('li.pass').count()).toBe(1)
    expect(await page.locator('li.fail').count()).toBe(1)
    await page.close()
  })
})

it('is dark where dark is wanted, with letters that stand out', async () => {
  const brightness = async (colorScheme: 'light' | 'dark') => {
    const { page } = await open([result()], 1280, colorScheme)
    const sum = (css: string) => (css.match(/\d+/g) ?? []).slice(0, 3).reduce((total, part) => total + Number(part), 0)
    const colours = await page.evaluate<string[]>(
      '(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))',
    )
    const [ink, paper] = colours
    await page.close()
    return sum(ink ?? '') - sum(paper ?? '')
  }
  expect(await brightness('light')).toBeLessThan(-500)
  expect(await brightness('dark')).toBeGreaterThan(500)
})

it('can do without an upstream, without an answer and with a single request', async () => {
  for (const requests of [[], [[0, 5, 'ECONNRESET']], [[0, 5, 200]]] as Told[][]) {
    const run = runOf(requests, { arm: 'a', duration: 1_000 })
    const { page, complaints } = await open([{ ...result(), arms: ['a'], seeds: [1], runs: [run], verdicts: [] }], 390)
    expect(complaints).toEqual([])
    expect(await page.content()).not.toMatch(/NaN|undefined|Infinity/)
    await page.close()
  }
})

it('is a picture, too, that stands alone and has every plot in it', async () => {
  const path = join(folder, 'picture.svg')
  await writeFile(path, pictureOf(result()))
  const page = await browser.newPage({ viewport: { width: 1260, height: 1000 } })
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await page.goto(pathToFileURL(path).href)
  expect(complaints).toEqual([])
  const text = await page.textContent('svg')
  for (const part of [
    'A brown-out',
    'naive & <plain>',
    'Latency by percentile',
    'brownout',
    'Inside hedged',
    'budget: ',
  ])
    expect(text).toContain(part)
  // The picture itself, five plots, and what was inside of two arms.
  expect(await page.locator('svg').count()).toBe(1 + 5 + 2)
  const { width = 0, height = 0 } = (await page.locator('svg').first().boundingBox()) ?? {}
  const outside = await page.$$eval(
    'svg svg, rect.card',
    (all, [right, bottom]) =>
      all.filter((one) => {
        const box = one.getBoundingClientRect()
        return box.left < 0 || box.right > right || box.bottom > bottom
      }).length,
    [width, height] as const,
  )
  expect(outside).toBe(0)

  await page.goto('about:blank')
  await page.setContent(`<img src="data:image/svg+xml,${encodeURIComponent(pictureOf(result()))}">`)
  expect((await page.locator('img').boundingBox())?.width).toBe(width)
  await page.close()
})
