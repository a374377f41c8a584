import { type ChildProcess, fork } from 'node:child_process'
import { LoadError } from '../errors.ts'
import type { Order } from './messages.ts'

/** One of the processes of a run, from outside. */
export interface Child<Start> {
  order(order: Order<Start>): void
  /** Ends it, in good order if it can, and resolves when it is gone. */
  end(): Promise<void>
}

export interface ChildOwner<Word> {
  heard(word: Word): void
  /** It cannot go on, or is gone without having been told to. */
  failed(error: LoadError): void
}

/** How long a process may take to end in good order before it is killed, in ms. */
const grace = 1_000
const keptLines = 20

const files = {
  upstream: './../upstream/process',
  gateway: './../gateway/process',
  generator: './../generator/process',
} as const

/** The files of this package are JavaScript where it is installed, and TypeScript where it is written. */
const extension = import.meta.filename.slice(-3)

export function startChild<Start, Word extends { readonly type: string }>(
  role: keyof typeof files,
  owner: ChildOwner<Word>,
): Child<Start> {
  const process = fork(new URL(`${files[role]}${extension}`, import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const lines = lastLines(process)
  let ending = false
  const gone = new Promise<void>((resolve) => {
    process.on('error', (error) => {
      fail(`cannot be started: ${error.message}`)
      resolve()
    })
    process.on('exit', (code, signal) => {
      fail([`ended with ${signal ?? `exit code ${code}`}`, ...lines].join('\n'))
      resolve()
    })
  })

  function fail(what: string): void {
    if (!ending) owner.failed(new LoadError('ERR_LOAD_PROCESS', `the ${role} ${what}`))
  }

  process.on('message', (word: Word) => {
    if (ending) return
    if (word.type === 'trouble') fail(`failed: ${(word as unknown as { readonly message: string }).message}`)
    else owner.heard(word)
  })

  return {
    order(order) {
      // One that is gone has said so, or will.
      if (process.connected) process.send(order, () => {})
    },
    async end() {
      ending = true
      if (process.exitCode !== null || process.signalCode !== null || process.pid === undefined) return
      const timer = setTimeout(() => process.kill('SIGKILL'), grace)
      process.kill('SIGTERM')
      await gone
      clearTimeout(timer)
    },
  }
}

function lastLines(child: ChildProcess): readonly string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== ''))
      lines.splice(0, Math.max(0, lines.length - keptLines))
    })
  }
  return lines
}
