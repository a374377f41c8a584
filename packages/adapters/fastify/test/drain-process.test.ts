import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { pause } from './serve.ts'

/** One POST; the body that came back, or the code of what went wrong. */
function post(url: string, agent: Agent, id: string): Promise<{ answer?: string; status?: number; error?: string }> {
  return new Promise((resolve) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        let answer = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          answer += chunk
        })
        response.on('end', () => resolve({ answer, status: response.statusCode ?? 0 }))
        response.on('error', (error) => resolve({ error: String(error) }))
      },
    )
    sent.on('error', (error) => resolve({ error: 'code' in error ? String(error.code) : String(error) }))
    sent.end(JSON.stringify({ id }))
  })
}

it('SIGTERM under load loses no accepted request and answers none twice', async () => {
  const service = spawn(process.execPath, [fileURLToPath(new URL('./drain-service.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void service.kill('SIGKILL'))
  const lines = createInterface({ input: service.stdout })[Symbol.asyncIterator]()
  const url = String((await lines.next()).value)
  const exited = once(service, 'exit')

  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const answered: string[] = []
  const troubles: unknown[] = []
  const unheard: string[] = []
  let refused = 0
  const client = async (name: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const id = `${name}-${count}`
      const { answer, status, error } = await post(url, agent, id)
      if (error === 'ECONNREFUSED') {
        refused++
        return
      }
      if (status === 200 && answer === id) answered.push(id)
      // The port was closed before the process had accepted the connection.
      else if (error === 'ECONNRESET') unheard.push(id)
      else troubles.push({ id, answer, status, error })
    }
  }
  const clients = Array.from({ length: 32 }, (_, name) => client(name))
  await pause(700)
  service.kill('SIGTERM')
  await Promise.all(clients)
  const report = JSON.parse(String((await lines.next()).value))
  const [code] = await exited
  agent.destroy()

  expect(troubles).toEqual([])
  expect(refused).toBe(32)
  expect(unheard.filter((id) => report.had.includes(id))).toEqual([])
  expect([code, report.code]).toEqual([0, 0])
  expect(answered.length).toBeGreaterThan(100)
  expect(report.had.toSorted()).toEqual(answered.toSorted())
})
