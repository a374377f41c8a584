import { type Behaviour, type Client, seen } from '../behaviour.ts'
import { eachClient, told } from '../scene/http-clients.ts'
import { httpServer, says } from '../scene/http-server.ts'

export const errorBody: Behaviour<Client> = {
  name: 'error-body',
  says: 'When all attempts failed, the caller gets the last response, and can read its body',
  cells: eachClient(async (send) => {
    const server = await httpServer((response, index) => says(response, 503, index))
    const outcome = await send({ url: server.url, method: 'GET' })
    return seen(told(outcome) === '503 with "answer 3"', `${told(outcome)}, ${server.seen.length} requests`)
  }),
}
