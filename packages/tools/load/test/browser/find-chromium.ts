import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installChromium } from './chromium-apt.ts'

/** What finding a browser asks of the machine. */
export interface Machine {
  /** A path that the user names. */
  readonly named: string | undefined
  /** The path of a program on the PATH. */
  which(program: string): string | undefined
  readonly isRoot: boolean
  /** Puts a Chromium on the PATH. */
  install(): Promise<void>
  /** Tells whoever watches the tests. */
  say(line: string): void
}

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The path of a Chromium: one that is there, or one that apt brings where that can be asked for. */
export async function findChromium(machine: Machine = thisMachine): Promise<string> {
  const found = machine.named ?? lookUp(machine)
  if (found !== undefined) return found
  if (!machine.isRoot || machine.which('apt-get') === undefined) throw new Error(howToInstall)
  machine.say('No Chromium is installed: installing one with apt-get.')
  await machine.install().catch((error: Error) => {
    throw new Error(`apt-get did not bring a Chromium: ${error.message}\n${howToInstall}`, { cause: error })
  })
  const installed = lookUp(machine)
  if (installed === undefined) throw new Error(`apt-get did not bring a Chromium.\n${howToInstall}`)
  return installed
}

function lookUp(machine: Machine): string | undefined {
  return programs.map((program) => machine.which(program)).find((path) => path !== undefined)
}

const howToInstall = `These tests need a Chromium, and none is on the PATH. Install one:
  Debian           sudo apt-get install chromium
  Fedora           sudo dnf install chromium
  Alpine           sudo apk add chromium
  macOS            brew install --cask chromium
or name one:
  export CHROMIUM_PATH=/path/to/chrome`

const thisMachine: Machine = {
  get named() {
    return process.env['CHROMIUM_PATH']
  },
  which(program) {
    const { PATH = '' } = process.env
    return PATH.split(delimiter)
      .map((folder) => join(folder, program))
      .find(isExecutable)
  },
  get isRoot() {
    return process.getuid?.() === 0
  },
  install: installChromium,
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
