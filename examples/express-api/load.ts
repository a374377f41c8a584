// Starts the shop, loads it from 40 clients at once for three seconds, and ends it under load.
import { fork } from 'node:child_process'
import { once } from 'node:events'

const CLIENTS = 40
const child = fork(new URL('./main.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
const [port] = await once(child, 'message')
const url = `http://127.0.0.1:${port}`

const answers = new Map<string, number>()
const times: number[] = []
let isOver = false

async function client(number: number): Promise<void> {
  while (!isOver) {
    const start = performance.now()
    const order = number % 4 === 0
    const answer = await fetch(`${url}${order ? '/orders' : '/stock'}`, {
      method: order ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        'x-request-timeout-ms': '1000',
        'x-forwarded-for': `10.0.0.${number}`,
      },
      body: order ? '{"item":"kelp"}' : null,
    }).then(
      async (response) => {
        await response.arrayBuffer()
        return `${order ? 'POST /orders' : 'GET /stock'} ${response.status}`
      },
      () => 'not accepted: the port was closed',
    )
    answers.set(answer, (answers.get(answer) ?? 0) + 1)
    times.push(performance.now() - start)
    // Who is refused comes back later.
    await new Promise((resolve) => setTimeout(resolve, answer.endsWith('503') ? 500 : 100))
  }
}

const clients = Array.from({ length: CLIENTS }, (_, number) => client(number))
await new Promise((resolve) => setTimeout(resolve, 3_000))
// A machine that is busy with other things may need longer to serve anybody in time.
for (let more = 0; more < 250 && !(answers.has('GET /stock 200') && answers.has('POST /orders 201')); more++)
  await new Promise((resolve) => setTimeout(resolve, 100))
child.kill('SIGTERM')
const [code] = await once(child, 'exit')
isOver = true
await Promise.all(clients)

times.sort((a, b) => a - b)
for (const [answer, count] of [...answers].sort()) console.log(`${count}`.padStart(6), answer)
console.log(
  `half within ${times[times.length >> 1]?.toFixed(0)} ms, all within ${times.at(-1)?.toFixed(0)} ms; exit with ${code}`,
)
