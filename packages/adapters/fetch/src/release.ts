import type { Clock } from '@holdfast/core'

/** So much of a body that nobody wants is read, because its socket then serves the next request; more costs more than a socket. */
const MOST_BYTES = 64 * 1_024
/** And for so long, in ms. */
const LONGEST = 100

/** Rids the connection of a response that nobody gets: reads a short body to its end, and cancels a long or a slow one. */
export function release(response: unknown, clock: Clock): void {
  const body = bodyOf(response)
  if (body === undefined || body.locked) return
  const reader = body.getReader()
  const timer = clock.setTimer(() => quietly(reader.cancel()), LONGEST)
  drain(reader).then(
    () => timer.cancel(),
    () => timer.cancel(),
  )
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let bytes = 0; bytes <= MOST_BYTES; ) {
    const { done, value } = await reader.read()
    if (done) return
    bytes += value.byteLength
  }
  await reader.cancel()
}

function bodyOf(response: unknown): ReadableStream<Uint8Array> | undefined {
  if (typeof response !== 'object' || response === null || !('body' in response)) return undefined
  return response.body instanceof ReadableStream ? response.body : undefined
}

function quietly(cancelled: Promise<unknown>): void {
  cancelled.catch(() => {})
}
