import { describe, expect, it } from 'vitest'
import { parseArguments } from '../../src/cli/arguments.ts'

const url = 'http://127.0.0.1:3000'
const parse = (...args: string[]) => parseArguments(args)

describe('a command line', () => {
  it('with a URL is a load on it', () => {
    expect(
      parse(
        url,
        '--rate',
        '500',
        '--together',
        '5',
        '--duration',
        '10',
        '--expect',
        'p99 < 50ms',
        '--expect',
        'errors <= 1%',
      ),
    ).toMatchObject({
      type: 'target',
      url,
      load: { rate: 500, together: 5, duration: 10_000, expect: ['p99 < 50ms', 'errors <= 1%'], allowRemote: false },
      json: undefined,
    })
  })

  it('has times in seconds, or in the unit that is said', () => {
    const times = ['10', '10s', '500ms', '2m', '1.5'].map((text) => parse(url, '-r', '1', '-d', text))
    expect(times.map((command) => command.type === 'target' && command.load.duration)).toEqual([
      10_000, 10_000, 500, 120_000, 1_500,
    ])
  })

  it('has headers, a method and a body', () => {
    expect(
      parse(url, '-r', '1', '--method', 'post', '--header', 'a: b', '--header', 'c:d:e', '--body', '{}'),
    ).toMatchObject({
      load: { method: 'POST', headers: { a: 'b', c: 'd:e' }, body: '{}' },
    })
  })

  it('with a path runs experiments', () => {
    expect(parse('tail.ts', '--only', 'a', '--only', 'b', '--json', '-', '--report', 'r.html', '-q')).toEqual({
      type: 'file',
      path: 'tail.ts',
      only: ['a', 'b'],
      json: '-',
      report: 'r.html',
      quiet: true,
    })
  })

  it('may ask for help or the version', () => {
    expect([parse('--help').type, parse('-h').type, parse('--version').type]).toEqual(['help', 'help', 'version'])
  })

  it.each([
    [[], 'say what to load: a URL, or a file with experiments'],
    [[url], 'say how many requests a second: --rate 500'],
    [[url, '--rate', 'fast'], "--rate must be a number, got 'fast'"],
    [[url, '--rate=-5'], "--rate must be a number, got '-5'"],
    [[url, '--rate', '5', '--duration', 'long'], '--duration must be a time, such as 10 (seconds), 500ms or 2m'],
    [[url, '--rate', '5', '--header', 'nonsense'], "--header must look like 'accept: text/html', got 'nonsense'"],
    [[url, '--rate', '5', '--only', 'x'], '--only goes with a file of experiments'],
    [[url, 'http://[::1]', '--rate', '5'], 'one URL or file at a time, got http://[::1] as well'],
    [[url, '--rat', '5'], "Unknown option '--rat'"],
    [[url, '--rate'], "'-r, --rate <value>' argument missing"],
    [
      ['tail.ts', '--rate', '5'],
      "--rate goes with a URL, which begins with http:// or https://; the file 'tail.ts' says itself what it needs",
    ],
  ])('%j is refused with a reason', (args, reason) => {
    expect(() => parse(...args)).toThrow(reason)
  })
})
