import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fetch, request, setGlobalDispatcher, stream } from 'undici'
import { dispatcher, resilient } from './dispatcher.ts'
import { down, flaky } from './services.ts'

setGlobalDispatcher(dispatcher())
const [good, bad] = await Promise.all([flaky(), down()])

console.log('request')
const { statusCode, body } = await request(good.url)
console.log(statusCode, await body.text())

console.log('stream')
const download = new PassThrough()
await stream(good.url, { method: 'GET' }, () => download)
console.log(await text(download))

console.log('fetch')
console.log(await (await fetch(good.url)).text())
console.log('it took', good.requests, 'requests, half of which were answered with 503')

console.log('a service that is down')
for (let call = 1; call <= 3; call++) {
  await request(bad.url).catch((error: Error) => console.log(`call ${call}:`, error.message))
}
console.log('it got', bad.requests, 'requests; its breaker is', resilient.breaker?.state(bad.url))

good.stop()
bad.stop()
