import { type Behaviour, type Client, seen } from '../behaviour.ts'
import { eachClient, told } from '../scene/http-clients.ts'
import { httpServer, says } from '../scene/http-server.ts'

export const putAgain: Behaviour<Client> = {
  name: 'put-again',
  says: 'A PUT that is answered with 503 is made again, with the same body',
  cells: eachClient(async (send) => {
    const server = await httpServer((response, index) => says(response, index === 0 ? 503 : 200, index))
    const outcome = await send({ url: server.url, method: 'PUT', body: 'order' })
    const bodies = server.seen.map(({ body }) => body)
    const again = bodies.length === 2 && bodies.every((body) => body === 'order')
    return seen(again && told(outcome).startsWith('200'), `${told(outcome)}, bodies ${bodies.join(', ')}`)
  }),
}
