import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installRedis } from './redis-apt.ts'

/** What finding a server asks of the machine. */
export interface Machine {
  /** The path of a program on the PATH. */
  which(program: string): string | undefined
  readonly isRoot: boolean
  /** Puts a Redis server on the PATH. */
  install(): Promise<void>
  /** Tells whoever watches the tests. */
  say(line: string): void
}

/** The path of a server binary: one that is there, or one that apt brings where that can be asked for. */
export async function findServer(machine: Machine = thisMachine): Promise<string> {
  const found = lookUp(machine)
  if (found !== undefined) return found
  if (!machine.isRoot || machine.which('apt-get') === undefined) throw new Error(howToInstall)
  machine.say('No Redis server is installed: installing one with apt-get.')
  await machine.install().catch((error: Error) => {
    throw new Error(`apt-get did not bring a Redis server: ${error.message}\n${howToInstall}`, { cause: error })
  })
  const installed = lookUp(machine)
  if (installed === undefined) throw new Error(`apt-get did not bring a Redis server.\n${howToInstall}`)
  return installed
}

function lookUp(machine: Machine): string | undefined {
  return machine.which('redis-server') ?? machine.which('valkey-server')
}

const howToInstall = `These tests need a Redis server, and neither redis-server nor valkey-server is on the PATH. Install one:
  Debian, Ubuntu   sudo apt-get install redis-server
  Fedora           sudo dnf install valkey
  Alpine           sudo apk add redis
  macOS            brew install redis
or use one that runs elsewhere, for example in Docker:
  docker run --rm -p 6379:6379 redis
  export REDIS_URL=redis://127.0.0.1:6379`

const thisMachine: Machine = {
  which(program) {
    const { PATH = '' } = process.env
    return PATH.split(delimiter)
      .map((folder) => join(folder, program))
      .find(isExecutable)
  },
  get isRoot() {
    return process.getuid?.() === 0
  },
  install: installRedis,
  say: (line) => console.warn(line),
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
