import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('fixtures/life.ts', import.meta.url))

/** Far longer than a process needs to start and end, also on a busy machine; nothing waits for it to pass. */
const PATIENCE = 60_000
/** How long a process has to stay alive, once it has said that its calls are pending. */
const A_WHILE = 700

/** Tells `story` in a process of its own, and ends that `afterWord` ms after its first word. */
function live(story: string, afterWord: number = PATIENCE): Promise<{ out: string; err: string; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fixture, story], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, err, ended] = ['', '', true]
    const kill = (): void => {
      ended = false
      child.kill('SIGKILL')
    }
    let timer = setTimeout(kill, PATIENCE)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      clearTimeout(timer)
      timer = setTimeout(kill, afterWord)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      resolve({ out: out.trim(), err: err.trim(), ended })
    })
  })
}

describe('a process', { timeout: 2 * PATIENCE, concurrent: true }, () => {
  it.each([
    ['answered, with an hour left', 'answered'],
    ['timed out, and the operation goes on', 'TimeoutError'],
    ['answered and held', 'answered'],
  ])('ends by itself when no call is pending: %s', async (story, words) => {
    expect(await live(story)).toEqual({ out: words, err: '', ended: true })
  })

  it.each(['pending for an hour', 'pending without end'])('stays alive while a call is %s', async (story) => {
    expect(await live(story, A_WHILE)).toEqual({ out: 'pending', err: '', ended: false })
  })

  it('meets no unhandled rejection, whatever listeners and late operations do, and one warning of each', async () => {
    const { out, err, ended } = await live('with broken listeners and late failures')
    expect([out, ended]).toEqual([Array.from({ length: 4 }, () => 'ERR_TIMEOUT').join(), true])
    expect(err.match(/HOLDFAST_LISTENER/g)).toHaveLength(2)
    expect(err).not.toContain('UnhandledPromiseRejection')
  })
})
