import { DeadlineQueue, type Expiring, systemClock } from '@holdfast/core'

/** The second shape: callbacks down, answers up, and a pair of closures for each layer and call. */
interface Answer {
  readonly ok: (value: number) => void
  readonly fail: (error: unknown) => void
}
export type Run = (operation: () => Promise<number>, answer: Answer) => void
export type Layer = (inner: Run) => Run

export const passing: Layer = (inner) => (operation, answer) =>
  inner(operation, { ok: (value) => answer.ok(value), fail: (error) => answer.fail(error) })

export function gate(permits: number): Layer {
  let free = permits
  return (inner) => (operation, answer) => {
    if (free === 0) return answer.fail(new Error('full'))
    free--
    inner(operation, {
      ok: (value) => {
        free++
        answer.ok(value)
      },
      fail: (error) => {
        free++
        answer.fail(error)
      },
    })
  }
}

export function timeout(ms: number): Layer {
  const deadlines = new DeadlineQueue(systemClock, ms)
  return (inner) => (operation, answer) => {
    let open = true
    const close = (): boolean => {
      if (!open) return false
      open = false
      deadlines.remove(entry.slot)
      return true
    }
    const entry: Expiring = {
      slot: -1,
      expire: () => {
        open = false
        answer.fail(new Error('late'))
      },
    }
    deadlines.add(entry, systemClock.now())
    inner(operation, {
      ok: (value) => {
        if (close()) answer.ok(value)
      },
      fail: (error) => {
        if (close()) answer.fail(error)
      },
    })
  }
}

const invoke: Run = (operation, answer) => {
  operation().then(answer.ok, answer.fail)
}

export function compose(layers: readonly Layer[], operation: () => Promise<number>): () => Promise<number> {
  const run = layers.reduceRight((inner, layer) => layer(inner), invoke)
  return () => new Promise((resolve, reject) => run(operation, { ok: resolve, fail: reject }))
}
