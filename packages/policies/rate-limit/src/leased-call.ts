import { type CallNode, ChildCall, type Sink } from '@holdfast/core'
import type { SharedReservation } from './shared-limiter.ts'

/** The call inside a lease, and the sink of its run. It is cancelled when the lease is lost, and ends the lease when it is over. */
export class LeasedCall<T> extends ChildCall<T> {
  declare private readonly reservation: SharedReservation
  declare private readonly onLost: () => void
  declare private readonly onReleased: () => void

  constructor(parent: CallNode, sink: Sink<T>, reservation: SharedReservation, onReleased: () => void) {
    super(parent, sink)
    this.reservation = reservation
    this.onReleased = onReleased
    this.onLost = () => {
      this.wake()
      this.abort(reservation.signal.reason, 'cancelled')
    }
    reservation.signal.addEventListener('abort', this.onLost)
  }

  override get whole(): boolean {
    return this.parent.whole
  }

  protected override settle(): void {
    this.reservation.signal.removeEventListener('abort', this.onLost)
    this.reservation.release().then(this.onReleased, this.onReleased)
    super.settle()
  }
}
