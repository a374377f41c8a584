import { client, OrderClient } from './client.ts'
import { down, flakyOrders } from './services.ts'

const [good, bad] = await Promise.all([flakyOrders(), down()])

const orders = new OrderClient(good.url, client)
await orders.place({ item: 'kelp', count: 2 })
console.log('orders:', await orders.list())
console.log('it took', good.requests, 'requests, half of which were answered with 503')

const others = new OrderClient(bad.url, client)
for (let call = 1; call <= 4; call++) {
  await others.list().catch((error: Error) => console.log(`call ${call}:`, error.message))
}
console.log('the service that is down got', bad.requests, 'requests')

good.stop()
bad.stop()
