import { execFile } from 'node:child_process'

/** How a child process ended and what it said. */
export interface Outcome {
  /** Its exit code; null when it was killed or did not start. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunSettings {
  readonly cwd: string
  /** How long it may take, in ms. After that it is killed. */
  readonly timeout: number
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a program to its end. Resolves whatever the end is. */
export function run(program: string, args: readonly string[], { cwd, timeout, env }: RunSettings): Promise<Outcome> {
  return new Promise((resolve) => {
    const settings = { cwd, timeout, killSignal: 'SIGKILL', maxBuffer: 2 ** 26, env: env ?? process.env } as const
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const reason =
        error && child.exitCode === null
          ? `\n${program}: ${error.killed ? `killed after ${timeout} ms` : error.message}`
          : ''
      resolve({ code: child.exitCode, stdout, stderr: stderr + reason })
    })
    child.stdin?.end()
  })
}
