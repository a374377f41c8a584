import { TimeoutError } from '@holdfast/core'
import type { RedisTrouble } from './events.ts'

/** The server answered what no script of ours answers. */
class GarbageError extends Error {
  override get name(): string {
    return 'GarbageError'
  }
}

/** What an error of the client's or the server's says, for events. */
export function troubleOf(error: unknown): { cause: RedisTrouble; code: string | undefined; error: unknown } {
  if (error instanceof TimeoutError) return { cause: 'timeout', code: undefined, error }
  if (error instanceof GarbageError) return { cause: 'garbage', code: undefined, error }
  const { name, message, code } = asError(error)
  if (name === 'ReplyError') return { cause: 'reply', code: /^[A-Z]+/.exec(message)?.[0], error }
  if (message === 'Command timed out') return { cause: 'timeout', code: undefined, error }
  return { cause: 'connection', code: typeof code === 'string' ? code : undefined, error }
}

export function isNoScript(error: unknown): boolean {
  return asError(error).message.startsWith('NOSCRIPT')
}

function asError(error: unknown): { name: string; message: string; code?: unknown } {
  return error instanceof Error ? error : { name: '', message: String(error) }
}

/** The numbers of a reply; `width` of them, where that is known. */
export function numbersOf(reply: unknown, width: number): number[] {
  if (!Array.isArray(reply) || reply.length !== width) throw new GarbageError('the server answered no script of ours')
  return reply.map((value: unknown) => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw new GarbageError('the server answered a script with what is no number')
    }
    return number
  })
}
