import { type Behaviour, type Client, seen } from '../behaviour.ts'
import { eachClient, told } from '../scene/http-clients.ts'
import { httpServer, says } from '../scene/http-server.ts'

export const postOnce: Behaviour<Client> = {
  name: 'post-once',
  says: 'A POST that is answered with 503 is made once, and its caller gets the 503 with its body',
  cells: eachClient(async (send) => {
    const server = await httpServer((response, index) => says(response, 503, index))
    const outcome = await send({ url: server.url, method: 'POST', body: 'order' })
    const requests = server.seen.length
    return seen(told(outcome) === '503 with "answer 1"' && requests === 1, `${told(outcome)}, ${requests} request(s)`)
  }),
}
