import { type ErrorAnswer, writeProblem } from '@holdfast/http'
import type { Request, Response } from 'express'

/** What may have been said about another body. */
const ABOUT_A_BODY = [
  'Cache-Control',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Transfer-Encoding',
]

/** Answers with a problem, in the form that the client asked for, unless a response has begun. */
export function answer(req: Request, res: Response, { status, problem, retryAfter }: ErrorAnswer): void {
  if (res.headersSent || res.writableEnded) return
  for (const name of ABOUT_A_BODY) res.removeHeader(name)
  const { contentType, body } = writeProblem(problem, req.headers.accept)
  res.statusCode = status
  res.statusMessage = ''
  if (retryAfter !== undefined) res.setHeader('Retry-After', retryAfter)
  res.setHeader('Content-Type', contentType)
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.end(body)
}
