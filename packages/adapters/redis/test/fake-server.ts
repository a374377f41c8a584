import { createServer, type Server, type Socket } from 'node:net'

/** A server that speaks RESP, gets clients ready as Redis does, and answers every script with what it was told. */
export interface FakeServer {
  readonly host: string
  readonly port: number
  stop(): void
}

export async function startFakeServer(answer: string): Promise<FakeServer> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      for (let command = nextCommand(received); command !== undefined; command = nextCommand(received)) {
        received = received.slice(command.length)
        socket.write(replyTo(command.words, answer))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    host: '127.0.0.1',
    port,
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function replyTo([name = '']: readonly string[], answer: string): string {
  if (/^(EVALSHA|EVAL|DEL)$/i.test(name)) return answer
  if (/^HELLO$/i.test(name)) return '-ERR unknown command HELLO\r\n'
  if (/^INFO$/i.test(name)) return '$18\r\nredis_version:7.0.0\r\n'.replace('$18', '$19')
  return '+OK\r\n'
}

/** The first whole command of what was received. */
function nextCommand(text: string): { readonly words: string[]; readonly length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (head === null) return undefined
  let at = head[0].length
  const words: string[] = []
  for (let left = Number(head[1]); left > 0; left--) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 20))
    if (size === null) return undefined
    const from = at + size[0].length
    const to = from + Number(size[1])
    if (text.length < to + 2) return undefined
    words.push(text.slice(from, to))
    at = to + 2
  }
  return { words, length: at }
}
