import { ferry } from './ferry.ts'
import { timetable } from './timetable.ts'

const app = await ferry(await timetable())
const url = await app.listen({ port: Number(process.env['PORT'] ?? 0), host: '127.0.0.1' })
console.log(`${url}/next, /bookings, /livez, /readyz`)
process.send?.(url)
