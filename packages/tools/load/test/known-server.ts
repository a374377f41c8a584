import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { KnownServer } from './fixtures/known-server.ts'

/** Starts a server of known latency in a process of its own. */
export async function startKnownServer(behaviour: KnownServer): Promise<AsyncDisposable & { readonly url: string }> {
  const file = fileURLToPath(new URL('./fixtures/known-server.ts', import.meta.url))
  const flags = ['--disable-warning=ExperimentalWarning', file, JSON.stringify(behaviour)]
  const child = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data')
  return {
    url: `http://127.0.0.1:${String(port).trim()}/`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
