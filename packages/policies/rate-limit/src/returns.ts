/** Who waits for something to come back to a limiter. */
export interface ReturnListener {
  /** Something came back, for `key`, or for `everyone`: it may be worth trying again. */
  onReturn(key: string | undefined, everyone: boolean): void
}

/** Those who wait for something to come back to one limit. They are told by turns: whoever is first may take it all. */
export class Returns {
  private readonly listeners = new Set<ReturnListener>()

  add(listener: ReturnListener): void {
    this.listeners.add(listener)
  }

  remove(listener: ReturnListener): void {
    this.listeners.delete(listener)
  }

  tell(key: string | undefined, everyone: boolean): void {
    const { listeners } = this
    if (listeners.size === 0) return
    const told = [...listeners]
    const [first] = told as [ReturnListener]
    listeners.delete(first)
    listeners.add(first)
    for (const listener of told) listener.onReturn(key, everyone)
  }
}
