import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Runs the soak in a process of its own. */
function run(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--expose-gc', main, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr })
    })
  })
}

// Ten seconds on an idle machine.
describe.concurrent('a soak', { timeout: 240_000 }, () => {
  it('of a hundred thousand calls leaves nothing behind, and answers each of them once', async () => {
    const { code, out } = await run('--calls', '100000')
    expect(out).not.toContain('FAIL')
    expect(out.match(/^pass/gm)).toHaveLength(6)
    expect(code).toBe(0)
  })

  it.each([
    ['memory', /FAIL {2}the heap is flat within 5 %: [1-9]\d/],
    ['listener', /FAIL {2}no listener is left on users' signals: 1$/m],
    ['timer', /FAIL {2}no timer and no handle is left: Timeout$/m],
    ['permit', /FAIL {2}all permits are back, .*: host-\d+: 1 running/],
    ['answer', /FAIL {2}every call was answered once, .*: call 1000 was answered with {"id":999/],
  ])('sees what is left behind on purpose: %s', async (leak, seen) => {
    const { code, out } = await run('--calls', '10000', '--leak', leak)
    expect(out).toMatch(seen)
    expect(code).toBe(1)
  })

  it.each([
    [['--calls', '0'], '--calls must be an integer from 1 up, got 0'],
    [['--leak', 'water'], '--leak must be one of memory, listener, timer, permit, answer, got water'],
  ])('does not start with %o', async (args, message) => {
    const { code, out } = await run(...args)
    expect(out).toContain(message)
    expect(code).toBe(1)
  })
})
