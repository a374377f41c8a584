import { Agent, get, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'

/** A service that answers each request with what `ask` comes to, and 503 where it fails. */
export function answering(ask: () => Promise<string>): RequestListener {
  return (_, response) => {
    ask().then(
      (text) => response.end(text),
      () => response.writeHead(503).end(),
    )
  }
}

/** One that is kept for ever: what a new connection costs is nobody's policy. */
const agent = new Agent({ keepAlive: true })

/** What a dependency says; an error unless it is well. Asked as plainly as can be, so that little but the policy is measured. */
export function textOf(url: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent, signal }, (answer) => {
      if (answer.statusCode === 200) return resolve(text(answer))
      answer.resume().on('error', () => {})
      reject(new Error(`the dependency answered ${answer.statusCode}`))
    })
    asked.on('error', reject)
  })
}
