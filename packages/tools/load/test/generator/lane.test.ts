import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import type { Recording } from '../../src/recording/recording.ts'
import { runTarget } from '../../src/target/run-target.ts'

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** What comes of 40 requests to a server that answers as it likes; the first it is asked is answered well. */
async function loaded(answering: (socket: Socket) => void, connections = 40): Promise<Recording> {
  let asked = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => (asked++ === 0 ? socket.write(answer) : answering(socket)))
  }).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const load = { rate: 80, duration: 500, warmup: 0, timeout: 5_000, connections, keepGoing: true }
    const [run] = (await runTarget(url, load)).runs
    return (run as { recording: Recording }).recording
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

it('an answer is what comes after 102 and 103, not these', async () => {
  const { all, failures } = await loaded((socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')
    setTimeout(() => socket.write(answer), 50)
  })
  expect(failures).toEqual({})
  expect(all.count).toBe(40)
  expect(all.percentile(10)).toBeGreaterThan(45)
})

it('what nobody asked for, as 408 on an idle connection, is no answer and breaks nothing', async () => {
  const { all, failures } = await loaded((socket) => {
    socket.write(answer)
    setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n'), 1)
  })
  expect(all.count).toBe(40)
  // The next request may have been on its way: then it cannot be told that this is no answer to it.
  expect(failures['HTTP 408'] ?? 0).toBeLessThan(20)
})

it('an answer too many is not taken for that to the next request', async () => {
  const { all, failures } = await loaded((socket) => {
    setTimeout(() => socket.write(answer + answer), 30)
  }, 1)
  expect(all.count).toBe(40)
  expect(Object.keys(failures)).toEqual(['an answer too many'])
})

it('what is no HTTP is a failure at once, not a time-out', async () => {
  const { all, failures } = await loaded((socket) => socket.write('220 mail.example ESMTP\r\n\r\n'))
  expect(failures).toEqual({ 'no HTTP': 40 })
  expect(all.max).toBeLessThan(5_000)
})
