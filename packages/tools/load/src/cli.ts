#!/usr/bin/env node
import { constants } from 'node:os'
import { main } from './cli/main.ts'

/** How long a run may take to end in good order, in ms: a module with experiments may never have come to its end. */
const grace = 3_000

const ended = new AbortController()
let interruption: number | undefined
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // Whoever asks twice does not want to wait; the processes of the run end with this one.
    if (interruption !== undefined) process.exit(interruption)
    interruption = 128 + constants.signals[name]
    ended.abort(new Error(name))
    setTimeout(() => process.exit(interruption), grace).unref()
  })
}
// Whoever reads may have gone, as `head` does.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

const { stdout, stderr } = process
/** Not before the end: a module that ends this process, or waits for nothing that could come, has proved nothing. */
const onExit = (code: number): void => {
  if (interruption !== undefined) return
  stderr.write('holdfast-load: the file ended this process, or waits for what never comes, before it was read\n')
  process.exitCode = code || 2
}
process.on('exit', onExit)
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
  process.off('exit', onExit)
  process.exitCode = interruption ?? code
  // A module with experiments may have left something open that would keep this process.
  setTimeout(() => process.exit(), 500).unref()
})
