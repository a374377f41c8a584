import { ClientGoneError } from '@holdfast/http'
import type { Response } from 'express'

/** What our middleware functions know together of one request and its response. */
export class Exchange {
  /** In how many of them the request is held back, so that its handler cannot have begun. */
  waiting = 0
  private readonly res: Response
  private readonly listeners: (() => void)[] = []
  private leaving: AbortController | undefined = undefined

  constructor(res: Response) {
    this.res = res
    if (!res.closed) res.once('close', () => this.close())
  }

  /** Whether there is nobody or nothing left to answer. */
  get over(): boolean {
    return this.res.closed || this.res.writableEnded
  }

  /** Aborts when the client leaves before it has its response, or nobody waits for it any more. Made on first read. */
  get gone(): AbortSignal {
    if (this.leaving === undefined) {
      this.leaving = new AbortController()
      if (this.res.closed) this.leave(this.leaving)
    }
    return this.leaving.signal
  }

  /** Calls `listener` once, when the response is out or the client has gone; at once where that has happened. */
  onClose(listener: () => void): void {
    if (this.res.closed) listener()
    else this.listeners.push(listener)
  }

  /** Settles with the status when the response is out; rejects when the client has gone before that. */
  closed(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.onClose(() => (this.res.writableFinished ? resolve(this.res.statusCode) : reject(new ClientGoneError())))
    })
  }

  /** The request was answered by others than its handler: whoever holds it back need not any more. */
  abandon(reason: unknown): void {
    if (this.waiting > 0) this.leaving?.abort(reason)
  }

  private close(): void {
    if (this.leaving !== undefined) this.leave(this.leaving)
    for (const listener of this.listeners) listener()
  }

  private leave(leaving: AbortController): void {
    if (!this.res.writableFinished) leaving.abort(new ClientGoneError())
  }
}

const exchanges = new WeakMap<Response, Exchange>()

/** The exchange that `res` is part of: one, however many ask. */
export function exchangeOf(res: Response): Exchange {
  const known = exchanges.get(res)
  if (known !== undefined) return known
  const made = new Exchange(res)
  exchanges.set(res, made)
  return made
}
