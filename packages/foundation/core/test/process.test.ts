import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('fixtures/life.ts', import.meta.url))

/** Far longer than a process needs to start and end, also on a busy machine; nothing waits for it to pass. */
const PATIENCE = 60_000
/** How long a process has to stay alive, once it has said that its calls are pending. */
const A_WHILE = 700

interface Life {
  readonly out: string
  readonly err: string
  readonly code: number | null
  /** Whether it ended by itself. */
  readonly ended: boolean
}

/** Tells `story` in a process of its own, and ends that `afterWord` ms after its first word. */
function live(story: string, afterWord: number = PATIENCE): Promise<Life> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', '--disable-warning=ExperimentalWarning', fixture, story], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, err] = ['', '']
    let killed = false
    const kill = (): void => {
      killed = true
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
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ out: out.trim(), err: err.trim(), code, ended: !killed })
    })
  })
}

describe('a process', { timeout: 2 * PATIENCE, concurrent: true }, () => {
  it.each([
    ['answered, with an hour left', 'answered'],
    ['failed, with an hour left', 'failed'],
    ['timed out, and the operation goes on', 'TimeoutError'],
    ['aborted, and the operation goes on', 'AbortError'],
    ['answered and held', 'answered'],
    ['answered behind a late call', 'answered\nTimeoutError'],
    ['refused arguments', 'RangeError'],
  ])('ends by itself when no call is pending: %s', async (story, words) => {
    expect(await live(story)).toEqual({ out: words, err: '', code: 0, ended: true })
  })

  it.each(['pending for ever', 'pending for an hour', 'pending again after a pause', 'pending in a policy'])(
    'stays alive while a call is %s',
    async (story) => {
      expect(await live(story, A_WHILE)).toMatchObject({ out: 'pending', err: '', ended: false })
    },
  )

  it('meets no unhandled rejection, whatever nobody waits for any more', async () => {
    const words = 'rejected,rejected,fulfilled,rejected,fulfilled,rejected,fulfilled'
    expect(await live('rejecting where nobody looks')).toEqual({ out: words, err: '', code: 0, ended: true })
  })

  it('answers every call although an abort listener throws, which is told as Node tells it', async () => {
    const { out, ended } = await live('with an abort listener that throws')
    expect(ended).toBe(true)
    expect(out.split('\n')).toContain('stop,stop,stop')
    for (const n of [1, 2, 3]) expect(out).toContain(`uncaught: listener ${n}`)
  })

  it('keeps nothing of the async contexts of its callers', async () => {
    expect(await live('leaving nothing of its callers behind')).toEqual({ out: '0', err: '', code: 0, ended: true })
  })
})
