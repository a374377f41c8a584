import { isRefusedError, type Run, type Sink } from '@holdfast/core'

/** Tells refusals by the policies of a pipeline from those that came out of its operation, which had begun by then. */
export interface Origins {
  /** The innermost layer: sees what comes out of the operation. */
  layer(inner: Run): Run
  /** Whether `error` is a refusal from further out: the operation was not called. */
  refusedBefore(error: unknown): boolean
}

export function origins(): Origins {
  const marked = new WeakSet<object>()
  return {
    layer: (inner) => (call, operation, sink) => inner(call, operation, new Marking(sink, marked)),
    refusedBefore: (error) => isRefusedError(error) && !marked.has(error),
  }
}

/** Remembers the refusals that it passes on. */
class Marking<T> implements Sink<T> {
  private readonly sink: Sink<T>
  private readonly marked: WeakSet<object>

  constructor(sink: Sink<T>, marked: WeakSet<object>) {
    this.sink = sink
    this.marked = marked
  }

  ok(value: T): void {
    this.sink.ok(value)
  }

  fail(error: unknown): void {
    if (isRefusedError(error)) this.marked.add(error)
    this.sink.fail(error)
  }
}
