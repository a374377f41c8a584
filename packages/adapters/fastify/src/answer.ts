import { type Problem, writeProblem } from '@holdfast/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hangUp } from './response.ts'

/** Answers with a problem, in Fastify's own way: hooks see it as they see any answer. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  retryAfter?: string | undefined,
): void {
  const { contentType, body } = writeProblem(problem, acceptOf(request))
  reply.code(problem.status).header('content-type', contentType)
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  // Bytes: to text that is JSON Fastify adds a charset, which the type does not have.
  reply.send(Buffer.from(body))
}

/** These tell of the answer that was to come, and not of the one that comes instead. */
const OF_THE_ANSWER = /^(?:content-.*|transfer-encoding|trailer|etag|last-modified|cache-control|expires|location)$/

/**
 * Answers at once, past hooks that might wait, and takes the request out of Fastify's hands: whatever is sent later finds that it
 * was answered.
 */
export function answerAtOnce(request: FastifyRequest, reply: FastifyReply, problem: Problem): void {
  const { contentType, body } = writeProblem(problem, acceptOf(request))
  const { raw } = reply
  const kept = Object.entries(reply.getHeaders()).filter(([name]) => !OF_THE_ANSWER.test(name))
  reply.hijack()
  for (const name of raw.getHeaderNames()) raw.removeHeader(name)
  raw.writeHead(problem.status, {
    ...Object.fromEntries(kept),
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  })
  raw.end(body)
  hangUp(reply)
}

function acceptOf({ headers }: FastifyRequest): string | undefined {
  return headers.accept
}
