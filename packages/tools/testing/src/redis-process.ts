import { type ChildProcess, spawn } from 'node:child_process'
import { watch } from './watchdog.ts'

/** A server process that was started here. */
export interface RedisProcess {
  readonly pid: number | undefined
  /** Whether it still runs, frozen or not. */
  readonly alive: boolean
  /** How it ended and its last words, for an error message. */
  readonly report: string
  /** Sends a signal, to a process that still runs. */
  signal(signal: NodeJS.Signals): void
  /** Resolves when it has ended. */
  gone(): Promise<void>
}

const keptLines = 20

export function spawnRedis(binary: string, args: readonly string[], folder: string): RedisProcess {
  // In a process group of its own, so that the watchdog alone decides what a Ctrl-C in the terminal does to it.
  const child = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const watchdog = child.pid === undefined ? undefined : watch(child.pid, folder)
  const lines = lastLines(child)
  let alive = true
  const ended = new Promise<void>((resolve) => {
    function onEnd(how: string): void {
      if (alive) lines.push(how)
      alive = false
      watchdog?.dismiss()
    }
    child.on('error', (error) => {
      onEnd(error.message)
      resolve()
    })
    child.on('exit', (code, signal) => onEnd(`It ended with ${signal ?? `exit code ${code}`}.`))
    // After the exit: when the last line of output has come, too.
    child.on('close', () => resolve())
  })
  // It ends with this process, so it must not hold it back.
  child.unref()

  return {
    pid: child.pid,
    get alive() {
      return alive
    },
    get report() {
      return lines.join('\n')
    },
    signal(signal) {
      if (alive) child.kill(signal)
    },
    async gone() {
      // Something must keep this process while it waits for what does not.
      const hold = setInterval(() => {}, 60_000)
      await ended
      clearInterval(hold)
    },
  }
}

function lastLines(child: ChildProcess): string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== ''))
      lines.splice(0, Math.max(0, lines.length - keptLines))
    })
    // The pipe is a socket, whatever its type says, and would hold this process back as well.
    ;(stream as unknown as { unref(): void } | null)?.unref()
  }
  return lines
}
