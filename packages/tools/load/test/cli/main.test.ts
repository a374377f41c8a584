import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { PlainResult } from '../../src/index.ts'
import { startKnownServer } from '../known-server.ts'
import { experimentWith, folder, freePort, gatewayWith, short, write } from './modules.ts'

/** Runs the command in this process; its own processes are real. */
async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = ''
  let stderr = ''
  const code = await main(args, {
    print(text) {
      stdout += text
    },
    screen: {
      columns: undefined,
      write(text) {
        stderr += text
      },
    },
    signal: new AbortController().signal,
  })
  return { code, stdout, stderr }
}

describe.concurrent('holdfast-load with a URL', { timeout: 120_000 }, () => {
  it('says what it measured, and ends with 0 when all that is expected holds', async () => {
    await using server = await startKnownServer({ service: 5 })
    const json = join(folder, 'target.json')
    const report = join(folder, 'target.html')
    const { code, stdout, stderr } = await run(
      server.url,
      ...short,
      ...['--expect', 'p50 < 500ms', '--expect', 'errors <= 0', '--json', json, '--report', report],
    )
    expect(`${stderr} ${code}`).toMatch(/0$/)
    expect(stdout).toContain('✓ p50 < 500ms')
    expect(stdout).toContain('✓ errors <= 0')
    const plain = JSON.parse(readFileSync(json, 'utf8')) as PlainResult
    expect(plain.arms[0]?.runs[0]?.figures.offered).toBe(50)
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/)
  })

  it('ends with 1 when one of the expectations does not hold', async () => {
    await using server = await startKnownServer({ service: 20 })
    const { code, stdout } = await run(server.url, ...short, '-e', 'p50 < 10ms', '-e', 'errors <= 0')
    expect(stdout).toContain('✗ p50 < 10ms')
    expect(code).toBe(1)
  })

  it('writes JSON and nothing else to standard output when that is asked for', async () => {
    await using server = await startKnownServer({ service: 5 })
    const { code, stdout } = await run(server.url, ...short, '--json', '-', '-e', 'p50 < 500ms')
    expect(JSON.parse(stdout)).toMatchObject({ passed: true, verdicts: [{ text: 'p50 < 500ms', passed: true }] })
    expect(code).toBe(0)
  })

  it('tells a server that refuses connections', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`
    const { code, stderr } = await run(url, ...short)
    expect(stderr).toBe(`holdfast-load: ${url} refuses connections: is the server running, and is that its port?\n`)
    expect(code).toBe(2)
  })

  it('tells a server that never answers', async () => {
    await using server = await startKnownServer({ service: 60_000 })
    const { code, stderr } = await run(server.url, ...short, '--timeout', '500ms')
    expect(stderr).toBe(`holdfast-load: ${server.url} gave no answer within 0.5 s\n`)
    expect(code).toBe(2)
  })

  it('tells a server that speaks something else', async () => {
    const server = createServer((socket) => void socket.end('-ERR unknown command\r\n'))
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const { code, stderr } = await run(`http://127.0.0.1:${port}/`, ...short)
    server.close()
    expect(stderr).toContain('does not speak HTTP')
    expect(code).toBe(2)
  })

  it('breaks off when the server dies half-way', async () => {
    await using server = await startKnownServer({ service: 5, diesAt: 60 })
    const begun = performance.now()
    const { code, stderr } = await run(server.url, '--rate', '50', '--duration', '60', '--warmup', '0')
    expect(stderr).toMatch(/stopped answering \([A-Za-z]+\): no answer for 3 s, broken off/)
    expect(code).toBe(2)
    expect(performance.now() - begun).toBeLessThan(30_000)
  })

  it('tells a server that died so late that it was over before anybody knew', async () => {
    await using server = await startKnownServer({ service: 5, diesAt: 40 })
    const { code, stderr } = await run(server.url, '--rate', '50', '--duration', '2', '--warmup', '0')
    expect(stderr).toMatch(/stopped answering after 0\.\d s \(/)
    expect(code).toBe(2)
  })

  it('goes on when that is asked for', async () => {
    await using server = await startKnownServer({ service: 5, diesAt: 40 })
    const { code, stdout } = await run(server.url, ...short, '--keep-going')
    expect(stdout).toMatch(/ECONN|closed/)
    expect(code).toBe(0)
  })

  it.each([
    [
      ['http://example.com', ...short],
      'url must be one of this machine, unless allowRemote says that you may load another',
    ],
    [['http://', ...short], "url must be an http: or https: URL, got 'http://'"],
    [['http://no-such-host.localhost:1', ...short], 'http://no-such-host.localhost:1/ '],
    [['http://127.0.0.1:1', '--rate', '0'], 'load.rate must be a number of requests a second above 0'],
    [['http://127.0.0.1:1', ...short, '-e', 'p99 < 50'], "'p99 < 50' cannot be expected: the bound of p99 is a time"],
    [
      ['http://127.0.0.1:1', ...short, '--report', '/no/such/folder/r.html'],
      "ENOENT: no such file or directory, mkdir '/no/such/folder'",
    ],
    [[], 'say what to load'],
  ])('%j is refused in a sentence', async (args, sentence) => {
    const { code, stderr, stdout } = await run(...args)
    expect(stderr).toContain(`holdfast-load: ${sentence}`)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
  })
})

describe.concurrent('holdfast-load with a file', { timeout: 120_000 }, () => {
  it('runs its experiments, and ends with 0 or 1 as they do', async () => {
    const good = await run(experimentWith(`seeds: [1, 2], verdicts: [figure('errors', 'a').atMost(0)]`))
    expect(good.stdout).toContain('✓ errors of a <= 0 %')
    expect(good.stderr).toBe('1 of 2: one, a, seed 1\n2 of 2: one, a, seed 2\n')
    expect(good.code).toBe(0)
    const bad = await run(experimentWith(`verdicts: [figure('p50', 'a').below(1)]`), '--quiet')
    expect([bad.code, bad.stdout, bad.stderr]).toEqual([1, '', ''])
  })

  it.each<[string, () => string, RegExp]>([
    ['is not there', () => join(folder, 'nowhere.ts'), /nowhere\.ts is neither a URL nor a file that is there/],
    ['has a slip of the pen', () => write('export const = 5'), /cannot be used.*: \w+Error: /],
    ['throws', () => write('throw new Error("not today")'), /cannot be used, line 1: Error: not today/],
    ['exports something else', () => write('export const one = 5'), /exports no experiment/],
    [
      'has a wrong option',
      () => experimentWith('seeds: []'),
      /cannot be used, line 2: RangeError: seeds must be an array/,
    ],
    [
      'has a wrong verdict',
      () => experimentWith(`verdicts: [ratio('p99', 'a', 'b').atLeast(8)]`),
      /cannot be used, line 2: RangeError: verdicts\[0\] must be about the arms/,
    ],
    [
      'has a gateway that is not there',
      () => experimentWith(`gateway: '/no/gateway.mjs',`),
      /the gateway failed: .*\/no\/gateway\.mjs cannot be imported/,
    ],
    [
      'has a gateway that exports none',
      () => experimentWith(gatewayWith('export const server = 5')),
      /the gateway failed: .*must export a function named gateway/,
    ],
    [
      'has a gateway that makes none',
      () => experimentWith(gatewayWith('export const gateway = () => 5')),
      /the gateway failed: .*must return a handler of requests or an http.Server, got number/,
    ],
    [
      'has a gateway that throws',
      () => experimentWith(gatewayWith('export const gateway = () => { throw new Error("no luck") }')),
      /the gateway failed: Error: no luck/,
    ],
    [
      'has a gateway that ends',
      () =>
        experimentWith(
          gatewayWith('export const gateway = () => () => { console.error("last words"); process.exit(3) }'),
        ),
      /the gateway ended with exit code 3\nlast words/,
    ],
    [
      'has a gateway that breaks later',
      () => experimentWith(gatewayWith('export const gateway = () => () => { throw new Error("too late") }')),
      /the gateway failed: Error: too late/,
    ],
  ])('that %s says so', async (_, path, message) => {
    const { code, stdout, stderr } = await run(path())
    expect(stderr).toMatch(message)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('runs only those that are asked for, and knows which there are', async () => {
    const { code, stderr } = await run(experimentWith(''), '--only', 'two')
    expect(stderr).toMatch(/has no experiment 'two', only one/)
    expect(code).toBe(2)
  })
})
