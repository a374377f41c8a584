#!/usr/bin/env node
import { constants } from 'node:os'
import { main } from './cli/main.ts'

const ended = new AbortController()
let interruption: number | undefined
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // Whoever asks twice does not want to wait; the processes of the run end with this one.
    if (interruption !== undefined) process.exit(interruption)
    interruption = 128 + constants.signals[name]
    ended.abort(new Error(name))
  })
}
// Whoever reads may have gone, as `head` does.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

const { stdout, stderr } = process
void main(process.argv.slice(2), {
  print: (text) => stdout.write(text),
  screen: {
    write: (text) => stderr.write(text),
    get columns() {
      // A terminal that does not know its size says 0.
      return stderr.isTTY ? stderr.columns || 80 : undefined
    },
  },
  signal: ended.signal,
}).then((code) => {
  process.exitCode = interruption ?? code
  // A module with experiments may have left something open that would keep this process.
  setTimeout(() => process.exit(), 500).unref()
})
