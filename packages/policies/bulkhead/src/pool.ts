import { type Call, type CallOptions, checkFunction, checkMethods, type Operation, wrongType } from '@holdfast/core'

/** What a pool is to do. */
export interface PoolWork<T, R> {
  readonly items: AsyncIterable<T> | Iterable<T | PromiseLike<T>>
  readonly fn: (item: T, call: Call, index: number) => R | PromiseLike<R>
  /** How many items may be ahead of the consumer now. */
  readonly concurrency: () => number
  readonly ordered: boolean
  readonly signal: AbortSignal | undefined
  readonly optionsOf: ((item: T, index: number) => CallOptions | undefined) | undefined
  /** Runs one item when there is room for it. */
  execute(operation: Operation<R>, options: CallOptions): Promise<R>
}

type Source<T> = AsyncIterator<T> | Iterator<T | PromiseLike<T>>

/** One item, from when it is pulled until its result is handed over. */
interface Item<R> {
  readonly controller: AbortController
  result: { readonly value: R } | undefined
}

/**
 * Works on items, a bounded number ahead of whoever takes the results. The first failure, an abort and `close` stop it: what
 * was not handed over is aborted, and the source is told that no more is wanted.
 */
export class Pool<T, R> {
  private readonly work: PoolWork<T, R>
  private readonly source: Source<T>
  /** Whether the source owes an item; once it is done, nothing more is said to it. */
  private pulling: 'no' | 'yes' | 'done' = 'no'
  /** Those that were pulled and not handed over. */
  private readonly ahead = new Set<Item<R>>()
  /** Those that are handed over in turn: in the order of the source, or of their results. */
  private readonly line: Item<R>[] = []
  /** What has not settled; that of aborted calls, too. */
  private readonly running = new Set<Promise<unknown>>()
  private stopped = false
  private failure: { readonly error: unknown } | undefined = undefined
  private returned: PromiseLike<unknown> | undefined = undefined
  private onRoom: () => void = () => {}
  private onNews: () => void = () => {}

  constructor(work: PoolWork<T, R>) {
    const { items, signal } = work
    this.work = work
    const source = beginningOf(items)?.call(items) as Source<T>
    this.source = checkMethods('the iterator of items', source, ['next'])
    signal?.addEventListener('abort', this.onAbort)
  }

  /** Pulls items and starts them, as far ahead as it may, until there are none or it is stopped. */
  async feed(): Promise<void> {
    try {
      for (let index = 0; ; index++) {
        await this.room()
        if (this.stopped) return
        const step = await this.pull()
        if (step.done) return
        const item = await step.value
        if (!this.stopped) this.start(item, index)
      }
    } catch (error) {
      this.fail(error)
    } finally {
      this.onNews()
    }
  }

  /** The next result; `undefined` when there is none any more. Rejects with what stopped the pool. */
  async next(): Promise<{ readonly value: R } | undefined> {
    for (;;) {
      const [first] = this.line
      if (first?.result !== undefined) {
        this.line.shift()
        this.ahead.delete(first)
        this.onRoom()
        return first.result
      }
      if (this.failure !== undefined) throw this.failure.error
      if (this.stopped) return undefined
      if (this.pulling === 'done' && this.ahead.size === 0) return undefined
      await new Promise<void>((resolve) => {
        this.onNews = resolve
      })
    }
  }

  /** Stops it: nobody wants any more, not even what is ready. */
  end(): void {
    this.line.length = 0
    this.stop()
  }

  /** Stops it, and waits for what still runs and for the source. */
  async close(): Promise<void> {
    this.stop()
    while (this.running.size > 0) await Promise.allSettled(this.running)
    if (this.failure === undefined) await this.returned
    else await Promise.allSettled([this.returned])
  }

  private readonly onAbort = (): void => {
    // Nobody wants what is ready either.
    this.line.length = 0
    this.fail(this.work.signal?.reason)
  }

  /** Waits until there is room for one more item, or it is stopped. */
  private async room(): Promise<void> {
    while (!this.stopped && this.ahead.size >= this.work.concurrency()) {
      await new Promise<void>((resolve) => {
        this.onRoom = resolve
      })
    }
  }

  private async pull(): Promise<IteratorResult<T | PromiseLike<T>>> {
    this.pulling = 'yes'
    let done: boolean | undefined = true
    try {
      const step = await this.source.next()
      if (typeof step !== 'object' || step === null) wrongType('what next() of items gives', 'an object', step)
      done = step.done
      return step
    } finally {
      this.pulling = done ? 'done' : 'no'
    }
  }

  private start(item: T, index: number): void {
    const { fn, ordered, signal, optionsOf, execute } = this.work
    const options = optionsOf?.(item, index)
    const entry: Item<R> = { controller: new AbortController(), result: undefined }
    this.ahead.add(entry)
    if (ordered) this.line.push(entry)
    const own = entry.controller.signal
    const answer = execute((call) => this.followed(Promise.resolve(fn(item, call, index))), {
      ...options,
      signal: signal === undefined ? own : AbortSignal.any([own, signal]),
    })
    this.followed(answer).then((value) => {
      entry.result = { value }
      if (!ordered) this.line.push(entry)
      this.onNews()
    }, this.fail)
  }

  /** An aborted call is answered while its work still runs: both are waited for. */
  private followed<P extends Promise<unknown>>(work: P): P {
    const settled = (): void => void this.running.delete(work)
    this.running.add(work)
    work.then(settled, settled)
    return work
  }

  private readonly fail = (error: unknown): void => {
    if (this.stopped) return
    this.failure = { error }
    this.stop(error)
  }

  private stop(reason?: unknown): void {
    if (this.stopped) return
    this.stopped = true
    this.work.signal?.removeEventListener('abort', this.onAbort)
    for (const { controller } of this.ahead) controller.abort(reason)
    this.endSource()
    this.onRoom()
    this.onNews()
  }

  /** A source that owes an item may never say that it has ended, so it is not waited for then. */
  private endSource(): void {
    const { pulling, source } = this
    if (pulling === 'done') return
    const returned = (async () => {
      if (source.return !== undefined && source.return !== null) checkFunction('return of items', source.return)
      await source.return?.()
    })()
    returned.catch(() => {})
    if (pulling === 'no') this.returned = returned
  }
}

/** What begins an iteration over `items`; text can be iterated over, too, and is no object. */
export function beginningOf<T>(items: AsyncIterable<T> | Iterable<T | PromiseLike<T>>): (() => Source<T>) | undefined {
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(items)
  return later ?? now
}
