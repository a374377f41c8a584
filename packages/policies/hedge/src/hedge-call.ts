import { type CallNode, ChildCall, type Outcome, type Sink } from '@holdfast/core'

/** Who waits for the outcomes of hedges. */
export interface HedgeOwner {
  /** A hedge came to `outcome`. */
  hedgeEnded(hedge: HedgeCall<unknown>, outcome: Outcome): void
  /** A hedge was aborted: because it was cancelled, or with the call. */
  hedgeAborted(): void
}

/** One more attempt. Its run answers the race, not the sink of the call. */
export class HedgeCall<T> extends ChildCall<T> {
  /** Which hedge of the call it is, 1 for the first. */
  declare readonly number: number
  declare private readonly owner: HedgeOwner

  constructor(parent: CallNode, sink: Sink<T>, owner: HedgeOwner, number: number) {
    super(parent, sink)
    this.number = number
    this.owner = owner
  }

  override ok(value: T): void {
    if (!this.open) return
    this.close()
    this.owner.hedgeEnded(this, { ok: true, value })
  }

  override fail(error: unknown): void {
    if (!this.open) return
    this.close()
    this.owner.hedgeEnded(this, { ok: false, error })
  }

  override onAbort(): void {
    this.owner.hedgeAborted()
    super.onAbort()
  }
}
