import { LoadError } from '../errors.ts'
import { type Child, startChild } from './child.ts'
import type {
  GatewayStart,
  GatewayWord,
  GeneratorStart,
  GeneratorWord,
  Trouble,
  UpstreamStart,
  UpstreamWord,
} from './messages.ts'

interface Roles {
  readonly upstream: { readonly start: UpstreamStart; readonly word: Exclude<UpstreamWord, Trouble> }
  readonly gateway: { readonly start: GatewayStart; readonly word: Exclude<GatewayWord, Trouble> }
  readonly generator: { readonly start: GeneratorStart; readonly word: Exclude<GeneratorWord, Trouble> }
}

/** One process with a role, that answers. */
export interface Actor<Role extends keyof Roles> {
  /** Resolves with its next word of a type; rejects when the run has failed meanwhile, or after `patience` ms. */
  next<T extends Roles[Role]['word']['type']>(
    type: T,
    patience: number,
  ): Promise<Extract<Roles[Role]['word'], { readonly type: T }>>
  /** Has it say what it knows. */
  read(): void
}

/** The processes of one run. What befalls one of them fails the run, and all end together. */
export class Cast {
  private readonly children: Child<unknown>[] = []
  private readonly failure = new AbortController()
  private readonly signal: AbortSignal

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal === undefined ? this.failure.signal : AbortSignal.any([signal, this.failure.signal])
  }

  start<Role extends keyof Roles>(
    role: Role,
    start: Roles[Role]['start'],
    hear?: (word: Roles[Role]['word']) => void,
  ): Actor<Role> {
    this.signal.throwIfAborted()
    const waiting = new Map<string, (word: Roles[Role]['word']) => void>()
    const child = startChild<Roles[Role]['start'], Roles[Role]['word']>(role, {
      heard(word) {
        hear?.(word)
        waiting.get(word.type)?.(word)
      },
      failed: (error) => this.failure.abort(error),
    })
    this.children.push(child as Child<unknown>)
    child.order({ type: 'start', with: start })
    return {
      read: () => child.order({ type: 'read' }),
      next: (type, patience) =>
        this.inTime(
          new Promise((resolve) => waiting.set(type, resolve as (word: Roles[Role]['word']) => void)),
          patience,
          `the ${role} did not answer within ${patience / 1_000} s`,
        ),
    }
  }

  /** Tells all that the load begins at this time of the machine. */
  begin(time: number): void {
    for (const child of this.children) child.order({ type: 'begin', time })
  }

  /** Fails the run from outside. */
  fail(error: Error): void {
    this.failure.abort(error)
  }

  async end(): Promise<void> {
    await Promise.all(this.children.map((child) => child.end()))
  }

  private inTime<T>(work: Promise<T>, patience: number, otherwise: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const { signal } = this
      const onAbort = (): void => settle(() => reject(signal.reason))
      const timer = setTimeout(() => settle(() => reject(new LoadError('ERR_LOAD_PROCESS', otherwise))), patience)
      function settle(how: () => void): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        how()
      }
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort)
      void work.then((value) => settle(() => resolve(value)))
    })
  }
}
