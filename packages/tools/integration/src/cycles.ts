/** Who points at whom. A target that is no key of the map points nowhere. */
export type Graph = ReadonlyMap<string, readonly string[]>

/**
 * The cycles of a graph, one for each arrow that closes a circle on the way down from the first node: `['a', 'b', 'a']`. Empty when
 * and only when the graph has none; it does not list every way round.
 */
export function cyclesIn(graph: Graph): string[][] {
  const found: string[][] = []
  const path: string[] = []
  const left = new Set<string>()

  const enter = (node: string) => {
    const start = path.indexOf(node)
    if (start >= 0) found.push([...path.slice(start), node])
    if (start >= 0 || left.has(node)) return
    path.push(node)
    for (const next of graph.get(node) ?? []) enter(next)
    path.pop()
    left.add(node)
  }

  for (const node of graph.keys()) enter(node)
  return found
}
