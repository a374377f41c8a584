import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { shop } from './shop.ts'
import { warehouse } from './warehouse.ts'

const { url } = await warehouse()
const server = shop(url, Number(process.env['PORT'] ?? 0))
await once(server, 'listening')
const { port } = server.address() as AddressInfo
console.log(`http://127.0.0.1:${port}/stock, /orders, /livez, /readyz`)
process.send?.(port)
