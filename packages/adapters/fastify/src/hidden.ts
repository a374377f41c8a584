/**
 * What Fastify keeps on `app`, or on the app around it, under a symbol of its own; `undefined` where this Fastify has no such thing.
 */
export function hiddenIn(app: object, description: string): unknown {
  for (let at: object | null = app; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertySymbols(at).find((symbol) => symbol.description === description)
    if (found !== undefined) return Reflect.get(at, found)
  }
  return undefined
}
