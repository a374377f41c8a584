/** The first shape: each layer is an async function around the next. It can say "answered", and nothing about what still runs. */
export type Next = () => Promise<number>
export type Layer = (next: Next) => Next

export const passing: Layer = (next) => async () => await next()

/** Cannot be honest: the permit comes back with the answer, whether or not the work has ended. */
export function gate(permits: number): Layer {
  let free = permits
  return (next) => async () => {
    if (free === 0) throw new Error('full')
    free--
    try {
      return await next()
    } finally {
      free++
    }
  }
}

/** A timer and a race for each call. */
export function timeout(ms: number): Layer {
  return (next) => async () => {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error('late')), ms)
    try {
      return await Promise.race([next(), promise])
    } finally {
      clearTimeout(timer)
    }
  }
}

export function compose(layers: readonly Layer[], operation: Next): Next {
  return layers.reduceRight((next, layer) => layer(next), operation)
}
