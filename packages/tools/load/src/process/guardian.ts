import { Worker } from 'node:worker_threads'

/**
 * Ends this process when the one that started it is gone. A thread of its own looks, so that it also ends a process whose
 * event loop stands still; Node's own sign, the closed channel, is for the others.
 */
export function guard(): void {
  process.on('disconnect', () => process.exit())
  // A Ctrl-C in the terminal reaches the whole group; the process that started this one decides what it means.
  process.on('SIGINT', () => {})
  new Worker(watch, { eval: true, workerData: process.ppid, stdin: false }).unref()
}

const watch = `
  const { workerData: parent } = require('node:worker_threads')
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  }, 250)
`
