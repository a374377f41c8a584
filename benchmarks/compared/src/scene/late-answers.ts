import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'

const CALLS = 20

/** Answers nobody before all have asked; then says that it is about to, and does so a moment later, from a thread of its own. */
const SERVER = `
  const { createServer } = require('node:net')
  const { parentPort } = require('node:worker_threads')
  const [sockets, asked] = [new Set(), new Set()]
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => {
      asked.add(socket)
      if (asked.size < ${CALLS}) return
      for (const other of sockets) if (!asked.has(other)) other.write('soon')
      setTimeout(() => { for (const one of asked) one.write('answer') }, 20)
    })
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`

/** How many of 20 good answers come out that arrive while the event loop stands still for `stall` ms. */
export async function keptAnswers(limited: (ask: () => Promise<string>) => Promise<unknown>, stall: number) {
  const server = new Worker(SERVER, { eval: true })
  const [port] = (await once(server, 'message')) as [number]
  const sockets = await Promise.all(Array.from({ length: CALLS }, () => open(port)))
  const bell = await open(port)
  bell.once('data', () => {
    const until = performance.now() + stall
    while (performance.now() < until);
  })
  const outcomes = await Promise.allSettled(sockets.map((socket) => limited(() => ask(socket))))
  for (const socket of [...sockets, bell]) socket.destroy()
  await server.terminate()
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  return socket
}

function ask(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(String(data)))
    socket.write('question')
  })
}
