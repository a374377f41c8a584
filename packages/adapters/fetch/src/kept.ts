/** So many ways to treat requests are kept ready. */
const MOST_VARIANTS = 20

/** Keeps `value`, and forgets what was kept first where there is no room. */
export function keep<K, V>(map: Map<K, V>, key: K, value: V): V {
  const [first] = map.keys()
  if (first !== undefined && map.size >= MOST_VARIANTS) map.delete(first)
  map.set(key, value)
  return value
}
