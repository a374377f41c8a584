import type { RequestListener } from 'node:http'

/** A service that answers each request with what `ask` comes to, and 503 where it fails. */
export function answering(ask: () => Promise<string>): RequestListener {
  return (_, response) => {
    ask().then(
      (text) => response.end(text),
      () => response.writeHead(503).end(),
    )
  }
}

/** What a dependency says; an error unless it is well. */
export async function textOf(url: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(url, signal === undefined ? {} : { signal })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the dependency answered ${answer.status}`)
  return text
}
