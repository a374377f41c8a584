import type { FastifyReply } from 'fastify'

/** Whether nobody is there any more to answer: the connection is closed, or the answer is out. */
export function isGone({ raw }: FastifyReply): boolean {
  return raw.destroyed || raw.writableFinished
}

/** Calls `fn` once, when the response is out or its client has gone; at once where that is so already. */
export function whenOver(reply: FastifyReply, fn: () => void): void {
  if (isGone(reply)) fn()
  else reply.raw.once('close', fn)
}
