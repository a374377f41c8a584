import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** How the command ended and what it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs; all of its processes carry a mark, so that none can hide. */
export interface Command {
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
  /** Resolves when it has said this. */
  says(text: string): Promise<void>
  /** Resolves when so many processes besides the command itself run. */
  reaches(processes: number): Promise<void>
  /** The processes that are left, after a moment for those that are about to end. */
  left(): Promise<readonly number[]>
}

export function start(args: readonly string[]): Command {
  const mark = `HOLDFAST_LOAD_TEST=${randomUUID()}`
  const [name = '', value] = mark.split('=')
  const flags = ['--disable-warning=ExperimentalWarning', cli, ...args]
  const child = spawn(process.execPath, flags, {
    env: { ...process.env, [name]: value },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    // On the exit, not on the end of its output: a process that is left behind may hold that open.
    child.on('exit', (code, signal) => setTimeout(() => resolve({ code, signal, stdout, stderr }), 50))
  })
  const others = (): number[] => marked(mark).filter((pid) => pid !== child.pid)
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    async says(text) {
      while (!stdout.includes(text) && child.exitCode === null) await sleep(20)
    },
    async reaches(processes) {
      while (others().length < processes && child.exitCode === null) await sleep(50)
    },
    async left() {
      for (let tries = 0; tries < 200 && others().length > 0; tries++) await sleep(50)
      return others()
    },
  }
}

/** Runs the command to its end. */
export async function run(...args: readonly string[]): Promise<Ended & { readonly left: readonly number[] }> {
  const command = start(args)
  const ended = await command.ended
  return { ...ended, left: await command.left() }
}

/** The processes with this in their environment, where the system tells. */
function marked(mark: string): number[] {
  if (!existsSync('/proc/self/environ')) return []
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)
      } catch {
        return false
      }
    })
    .map(Number)
}
