import { describe, expect, it } from 'vitest'
import { startKnownServer } from '../known-server.ts'
import { run, start } from './command.ts'
import { experimentWith, freePort, gatewayWith, short, write } from './modules.ts'

describe.concurrent('whatever happens, no process is left behind', { timeout: 120_000 }, () => {
  const long = () => experimentWith('load: { rate: 50, duration: 60_000 }')

  it('when it ends well, and when it does not', async () => {
    await using server = await startKnownServer({ service: 5 })
    const good = await run(server.url, ...short, '-q', '-e', 'errors <= 0')
    expect(good).toEqual({ code: 0, signal: null, stdout: '', stderr: '', left: [] })
    const bad = await run(server.url, ...short, '-q', '-e', 'errors > 0')
    expect(bad).toEqual({ code: 1, signal: null, stdout: '', stderr: '', left: [] })
  })

  it('when it cannot be run, or its gateway ends', async () => {
    const gone = await run(`http://127.0.0.1:${await freePort()}`, ...short)
    expect([gone.code, gone.left]).toEqual([2, []])
    const ends = await run(experimentWith(gatewayWith('export const gateway = () => () => process.exit(3)')))
    expect(ends.stderr).toContain('the gateway ended with exit code 3')
    expect([ends.code, ends.left]).toEqual([2, []])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('when it is sent %s it ends with %d', async (signal, exitCode) => {
    const command = start([long()])
    await command.reaches(2)
    command.kill(signal)
    const { code, stderr } = await command.ended
    expect(stderr).toMatch(/interrupted\n$/)
    expect([code, await command.left()]).toEqual([exitCode, []])
  })

  it.each([
    ['ends the process', 'process.exit(0)'],
    ['waits for what never comes', 'await new Promise(() => {})'],
  ])('and none is taken for a success, when the file %s', async (_, text) => {
    const { code, stderr, left } = await run(write(text))
    expect(stderr).toMatch(/^holdfast-load: the file ended this process, or waits for what never comes/)
    expect([code, left]).toEqual([2, []])
  })

  it('when it is sent SIGINT while the file waits', async () => {
    const command = start([write("console.log('waits'); setInterval(() => {}, 10); await new Promise(() => {})")])
    await command.says('waits')
    command.kill('SIGINT')
    expect((await command.ended).code).toBe(130)
  })

  it('when it is killed', async () => {
    const command = start([long()])
    await command.reaches(2)
    command.kill('SIGKILL')
    expect((await command.ended).signal).toBe('SIGKILL')
    expect(await command.left()).toEqual([])
  })

  it('when it is killed while a gateway stands still', async () => {
    const path = experimentWith(
      `load: { rate: 50, duration: 60_000 }, ${gatewayWith('export const gateway = () => { setTimeout(() => { for (;;); }, 100); return () => {} }')}`,
    )
    const command = start([path])
    await command.reaches(3)
    command.kill('SIGKILL')
    await command.ended
    expect(await command.left()).toEqual([])
  })
})
