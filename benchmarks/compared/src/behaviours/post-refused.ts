import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Behaviour, type Client, seen } from '../behaviour.ts'
import { eachClient, told } from '../scene/http-clients.ts'

/** Listens where nobody did. */
function listening(port: number): Promise<Server> {
  const server = createServer((_, response) => response.end('taken')).unref()
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}

export const postRefused: Behaviour<Client> = {
  name: 'post-refused',
  says: 'A POST whose connection is refused, so that nothing was sent, is made again and reaches the server that is up 10 ms later',
  cells: eachClient(async (send) => {
    const first = await listening(0)
    const { port } = first.address() as AddressInfo
    await new Promise((resolve) => first.close(resolve))
    const answered = send({ url: `http://127.0.0.1:${port}`, method: 'POST', body: 'order' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    await listening(port)
    const outcome = await answered
    return seen(told(outcome) === '200 with "taken"', told(outcome))
  }),
}
