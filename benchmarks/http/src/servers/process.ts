// One server in a process of its own: it tells where it is, and whenever it is asked how much CPU time it has had, in µs.
import type { AddressInfo } from 'node:net'
import { serverGroupNamed } from './server-groups.ts'

const [group = '', name = ''] = process.argv.slice(2)
const start = serverGroupNamed(group).contenders[name]
if (start === undefined) throw new Error(`there is no server '${name}'`)
const server = await start()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.on('disconnect', () => process.exit())
process.send?.((server.address() as AddressInfo).port)
