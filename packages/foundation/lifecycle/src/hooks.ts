/** What is to be done at the end; what it returns is waited for. */
export type Hook = () => unknown

/** Hooks that each run once: when they are told to or, where that has happened, when they come. */
export class Hooks {
  private readonly waiting = new Set<{ readonly hook: Hook }>()
  private readonly onError: (error: unknown) => void
  private begun = false

  constructor(onError: (error: unknown) => void) {
    this.onError = onError
  }

  add(hook: Hook): Disposable {
    if (this.begun) {
      void this.run(hook)
      return { [Symbol.dispose]() {} }
    }
    const entry = { hook }
    this.waiting.add(entry)
    return { [Symbol.dispose]: () => void this.waiting.delete(entry) }
  }

  /** All at once. Settles when all have. */
  async together(): Promise<void> {
    this.begun = true
    await Promise.all(this.rest().map((hook) => this.run(hook)))
  }

  /** One after another, the last that came first: it may stand on those before it. */
  async inTurn(): Promise<void> {
    this.begun = true
    for (let hook = this.last(); hook !== undefined; hook = this.last()) await this.run(hook)
  }

  private rest(): Hook[] {
    const hooks = [...this.waiting].map(({ hook }) => hook)
    this.waiting.clear()
    return hooks
  }

  private last(): Hook | undefined {
    const entry = [...this.waiting].at(-1)
    if (entry !== undefined) this.waiting.delete(entry)
    return entry?.hook
  }

  private async run(hook: Hook): Promise<void> {
    try {
      await hook()
    } catch (error) {
      this.onError(error)
    }
  }
}
