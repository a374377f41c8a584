import type { Run } from './operation.ts'

/**
 * `layer` with a net under it: what its run throws, instead of answering its sink, is the answer. Without it the permits
 * outside would never come back.
 */
export function careful(layer: (inner: Run) => Run): (inner: Run) => Run {
  return (inner) => {
    const run = layer(inner)
    return (call, operation, sink) => {
      try {
        run(call, operation, sink)
      } catch (error) {
        sink.fail(error)
      }
    }
  }
}
