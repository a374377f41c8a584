import { type Behaviour, type Client, seen } from '../behaviour.ts'
import { eachClient, told } from '../scene/http-clients.ts'
import { httpServer, says } from '../scene/http-server.ts'

const TIME = 400

export const timedOutAttempt: Behaviour<Client> = {
  name: 'timed-out-attempt',
  says: `A GET that hangs is given up after ${TIME} ms and made again, and the second answer comes out`,
  cells: eachClient(async (send) => {
    const server = await httpServer((response, index) => {
      if (index > 0) says(response, 200, index)
    })
    const outcome = await send({ url: server.url, method: 'GET', attemptTimeout: TIME })
    return seen(told(outcome) === '200 with "answer 2"', told(outcome))
  }),
}
