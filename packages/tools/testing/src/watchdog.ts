import { spawn } from 'node:child_process'

/** Ends a process when this one is gone. */
export interface Watchdog {
  /** The watched process is gone: nothing is left to do. */
  dismiss(): void
}

/**
 * A shell that waits for its standard input. Not even SIGKILL keeps the system from closing that pipe when this process
 * is gone, and then the shell kills what it watches and removes its folder. A line sends it home before.
 */
export function watch(pid: number, folder: string): Watchdog {
  const script = 'read -r line || { kill -9 "$1"; rm -rf "$2"; }'
  const shell = spawn('sh', ['-c', script, 'sh', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // A shell that cannot be started, or is gone, watches nothing; the server is ended by stop() all the same.
  shell.on('error', () => {})
  shell.stdin.on('error', () => {})
  shell.unref()
  ;(shell.stdin as unknown as { unref(): void }).unref()
  return {
    dismiss() {
      shell.stdin.end('dismissed\n')
    },
  }
}
