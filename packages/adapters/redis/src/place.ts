import { createHash } from 'node:crypto'
import type { Limit } from '@holdfast/rate-limit'

/** What may stand in a Redis key as it is: no braces, and nothing that another encoding writes otherwise. */
const plain = /^[\w.:@/+-]{1,100}$/

const kinds = { 'token-bucket': 'b', 'sliding-window': 'w', concurrency: 'c' } as const

/**
 * `text` as a piece of a Redis key: as it is where that is harmless, else its digest. The first character says which, so that no two
 * texts have one piece. Hashed are the UTF-16 units themselves: as UTF-8, all lone surrogates would be one.
 */
export function piece(text: string): string {
  if (plain.test(text)) return `=${text}`
  return `#${createHash('sha256').update(text, 'utf16le').digest('base64url')}`
}

/**
 * Where the level of a limit is kept. What is between the braces chooses the slot of a Cluster: all limits of one key lie
 * together, and a limit that all keys share lies by itself.
 */
export class Place {
  readonly isGlobal: boolean
  private readonly head: string
  private readonly tail: string

  constructor(prefix: string, limit: Limit) {
    const tail = `${kinds[limit.kind]}${piece(limit.name)}`
    this.isGlobal = limit.scope === 'global'
    this.head = this.isGlobal ? `${prefix}{*${piece(limit.name)}}:${tail}` : `${prefix}{`
    this.tail = this.isGlobal ? '' : `}:${tail}`
  }

  /** `own` is the {@link piece} of the key. */
  of(own: string): string {
    return this.isGlobal ? this.head : this.head + own + this.tail
  }
}
