/** Counts the work that is under way. */
export class InFlight {
  count = 0
  private waiting: (() => void)[] = []

  /** One work begins; what is returned ends it, once. */
  enter(): () => void {
    this.count++
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      this.leave()
    }
  }

  /** Settles when nothing is under way, at once if nothing is. */
  idle(): Promise<void> {
    return this.count === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve))
  }

  private leave(): void {
    if (--this.count > 0) return
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
