/** Wall time as metrics are stamped with it: whole seconds and nanoseconds. Nothing is measured with it. */
export function stamp(): [seconds: number, nanoseconds: number] {
  const ms = Date.now()
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000]
}
