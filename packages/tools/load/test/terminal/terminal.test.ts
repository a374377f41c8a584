import { describe, expect, it } from 'vitest'
import type { Progress } from '../../src/experiment/progress.ts'
import type { Result } from '../../src/experiment/result.ts'
import { barLine, plainLine } from '../../src/terminal/bar.ts'
import { inColumns } from '../../src/terminal/columns.ts'
import { progressDisplay } from '../../src/terminal/progress-display.ts'
import { tableOf } from '../../src/terminal/table.ts'
import { recordingOf, runOf, upstreamCounts } from '../run-of.ts'

const progress = (more: Partial<Progress> = {}): Progress => ({
  title: 'storm',
  arm: 'naive',
  seed: 3,
  run: 1,
  runs: 4,
  share: 0.5,
  recording: recordingOf([
    [0, 40, 200],
    [1, 80, 503],
  ]),
  ...more,
})

describe('the bar', () => {
  it('tells how far everything is, what runs, and how it goes', () => {
    expect(barLine(progress(), 200)).toBe(
      '█████████░░░░░░░░░░░░░░░  37 %  storm: naive, seed 3  p99 80 ms, 50 % errors',
    )
  })

  it('warms up before there is anything to tell', () => {
    expect(barLine(progress({ recording: recordingOf([]), share: 0, run: 0 }), 200)).toMatch(
      /^░{24} {3}0 %.*warming up$/,
    )
  })

  it('is full at the end, and never wider than the terminal', () => {
    expect(barLine(progress({ run: 3, share: 1 }), 200)).toMatch(/^█{24} 100 %/)
    for (const columns of [0, 1, 10, 40, 80]) expect(barLine(progress(), columns).length).toBeLessThanOrEqual(columns)
  })

  it('names a URL once', () => {
    const url = progress({ title: 'http://[::1]', arm: 'http://[::1]', runs: 1, run: 0 })
    expect(barLine(url, 200)).toContain('%  http://[::1]  p99')
    expect(plainLine(url)).toBe('loading http://[::1]')
  })
})

describe('the progress', () => {
  const shownOn = (columns: number | undefined): string => {
    let text = ''
    const display = progressDisplay({
      columns,
      write: (more) => {
        text += more
      },
    })
    for (const share of [0, 0.5, 1]) display.show(progress({ share }))
    display.show(progress({ run: 2, share: 0 }))
    display.clear()
    display.clear()
    return text
  }

  it('is a bar that is drawn over in a terminal, and leaves nothing behind', () => {
    const text = shownOn(80)
    expect(text.split('\r\u001b[2K')).toHaveLength(5)
    expect(text).not.toContain('\n')
    expect(text.endsWith('\r\u001b[2K')).toBe(true)
  })

  it('is a line for each run elsewhere', () => {
    expect(shownOn(undefined)).toBe('2 of 4: storm, naive, seed 3\n3 of 4: storm, naive, seed 3\n')
  })
})

describe('the table', () => {
  const result: Result = {
    name: 'storm',
    about: '',
    arms: ['naive', 'ours'],
    seeds: [1, 2],
    runs: [
      runOf([[0, 100, 200]], { arm: 'naive', upstream: { ...upstreamCounts, perSecond: [3] } }),
      runOf([[0, 300, 'timeout']], { arm: 'naive', seed: 2, pace: { waited: 7, late: 0, latest: 0 } }),
      runOf([[0, 10, 200]], { arm: 'ours' }),
      runOf([[0, 20, 200]], { arm: 'ours', seed: 2, pace: { waited: 0, late: 5, latest: 12 } }),
    ],
    verdicts: [{ text: 'p99 of naive / ours >= 8', passed: true, value: 13, shown: '13', values: [10, 16] }],
    passed: true,
    date: new Date(0),
  }

  it('has medians, verdicts, what failed, and what the figures suffer from', () => {
    expect(tableOf(result).split('\n')).toEqual([
      'storm (medians of 2 seeds)',
      '',
      '           p50      p90      p99    p99.9      max   throughput   errors   amplification',
      'naive   200 ms   200 ms   200 ms   200 ms   200 ms       0.17/s     50 %            none',
      'ours     15 ms    15 ms    15 ms    15 ms    15 ms       0.33/s      0 %            none',
      '',
      'naive, seed 2: 1 × timeout',
      '',
      '✓ p99 of naive / ours >= 8   (13)',
      '',
      'naive, seed 2: 7 requests waited for a free connection, which is in their time; more connections would show what the server alone takes',
      'ours, seed 2: 5 requests were sent late, by up to 12 ms: this machine was too busy',
    ])
  })

  it('has its columns in line', () => {
    expect(
      inColumns([
        ['', 'p50'],
        ['long name', '1'],
      ]),
    ).toEqual(['            p50', 'long name     1'])
    expect(inColumns([])).toEqual([])
  })
})
