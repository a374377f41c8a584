import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { drain, health } from '../src/index.ts'

// A process that serves until it is told to end: `/ready`, `/hang`, and anything else after 200 ms. Tells its port.

const end = drain({ delay: 1_000, timeout: 20_000 })
const { ready } = health({ drain: end })

const server = createServer(async (request, response) => {
  const leave = end.enter()
  response.once('close', leave)
  if (request.url === '/ready') response.statusCode = (await ready()).ok ? 200 : 503
  else if (request.url === '/hang') return
  else await new Promise((resolve) => setTimeout(resolve, 200))
  if (end.draining) response.setHeader('connection', 'close')
  response.end('served')
})

end.onStop(() => new Promise((resolve) => server.close(resolve)))
end.onClose(() => console.log('closed'))
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
