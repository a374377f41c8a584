import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('serving.ts', import.meta.url))

/** A process of its own that serves, what it has said, and where. */
class Serving {
  readonly process: ChildProcess
  readonly said: string[] = []
  readonly ended: Promise<unknown[]>
  private url = ''

  constructor() {
    this.process = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.ended = once(this.process, 'exit')
  }

  async listening(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.process.stdout?.on('data', (data: Buffer) => {
        this.said.push(...String(data).trim().split('\n'))
        resolve()
      })
    })
    this.url = `http://127.0.0.1:${this.said.shift()}`
  }

  get(path: string): Promise<{ status: number; text: string }> {
    return fetch(this.url + path).then(async (response) => ({ status: response.status, text: await response.text() }))
  }

  /** Waits until `/ready` says so. */
  async until(status: number): Promise<void> {
    while ((await this.get('/ready')).status !== status) await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

let serving: Serving
afterEach(async () => {
  serving.process.kill('SIGKILL')
  await serving.ended
})

describe('a process that drains', () => {
  it('loses none of what it has accepted, and exits with 0', async () => {
    serving = new Serving()
    await serving.listening()
    await serving.until(200)
    const answers: Promise<{ status: number; text: string }>[] = []
    for (let n = 0; n < 50; n++) answers.push(serving.get(`/${n}`))
    serving.process.kill('SIGTERM')
    await serving.until(503)
    for (let n = 0; n < 20; n++) answers.push(serving.get(`/late/${n}`))
    expect(await Promise.all(answers)).toEqual(answers.map(() => ({ status: 200, text: 'served' })))
    expect(await serving.ended).toEqual([0, null])
    expect(serving.said).toEqual(['closed'])
    await expect(serving.get('/')).rejects.toThrow()
  })

  it('ends at a second signal, whatever hangs, and exits with 1', async () => {
    serving = new Serving()
    await serving.listening()
    const hanging = serving.get('/hang').catch(() => 'cut')
    await serving.until(200)
    serving.process.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(serving.process.exitCode).toBeNull()
    serving.process.kill('SIGTERM')
    expect(await serving.ended).toEqual([1, null])
    expect(await hanging).toBe('cut')
  })
})
