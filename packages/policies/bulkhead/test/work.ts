import type { Call } from '@holdfast/core'

/** An operation that does what the test says, when it says so. */
export class Work {
  readonly name: string
  call: Call | undefined = undefined
  private readonly settling: PromiseWithResolvers<string> = Promise.withResolvers<string>()

  constructor(name = 'done') {
    this.name = name
  }

  get started(): boolean {
    return this.call !== undefined
  }

  readonly run = (call: Call): Promise<string> => {
    this.call = call
    return this.settling.promise
  }

  async end(): Promise<void> {
    this.settling.resolve(this.name)
    await settled()
  }

  async fail(error: unknown): Promise<void> {
    this.settling.reject(error)
    await settled()
  }
}

/** Whatever promises are on their way arrive. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined
}

/** What a promise comes to, noted when it does; never an unhandled rejection. */
export class Outcome {
  value: unknown = undefined
  error: unknown = undefined
  state: 'pending' | 'fulfilled' | 'rejected' = 'pending'

  constructor(promise: PromiseLike<unknown>) {
    promise.then(
      (value) => {
        this.state = 'fulfilled'
        this.value = value
      },
      (error) => {
        this.state = 'rejected'
        this.error = error
      },
    )
  }
}
