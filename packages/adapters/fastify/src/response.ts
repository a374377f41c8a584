import type { Http2ServerResponse } from 'node:http2'
import type { FastifyReply } from 'fastify'

const INTERNAL_ERROR = 2

/** Whether nobody is there any more to answer: the connection is closed, or the answer is out. */
export function isGone({ raw }: FastifyReply): boolean {
  // Over HTTP/2 the response to a HEAD is finished before it began.
  return isHttp2(raw) ? raw.stream.destroyed || raw.stream.closed : raw.destroyed || raw.writableFinished
}

/** Whether a response that is over has gone out whole. */
export function isServed({ raw }: FastifyReply): boolean {
  // Over HTTP/2 one that the client has cancelled is finished, too.
  return isHttp2(raw) ? raw.writableEnded && raw.stream.rstCode === 0 : raw.writableFinished
}

/** Calls `fn` once, when the response is out or its client has gone; at once where that is so already. */
export function whenOver(reply: FastifyReply, fn: () => void): void {
  const { raw } = reply
  if (isGone(reply)) fn()
  else if (isHttp2(raw)) onceOf(raw, fn)
  else raw.once('close', fn)
}

/** Ends a response that has begun, so that a part is not taken for the whole. */
export function breakOff({ raw }: FastifyReply): void {
  if (isHttp2(raw)) raw.stream.close(INTERNAL_ERROR)
  else raw.destroy()
}

/** Tells a client who has his answer that he need not go on with his request: over HTTP/2 he could do so for ever. */
export function hangUp({ raw }: FastifyReply): void {
  if (isHttp2(raw)) raw.stream.close()
}

/** A stream over HTTP/2 is not closed as long as its client may still send, and he would hold a slot. */
function onceOf(raw: Http2ServerResponse, fn: () => void): void {
  const { stream } = raw
  const over = (): void => {
    stream.off('finish', over).off('close', over)
    fn()
  }
  stream.once('finish', over).once('close', over)
}

/** The properties of its response say something else than those of HTTP/1. */
function isHttp2(raw: FastifyReply['raw'] | Http2ServerResponse): raw is Http2ServerResponse {
  return 'stream' in raw
}
