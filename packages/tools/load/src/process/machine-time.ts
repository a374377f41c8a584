/**
 * Milliseconds on the monotonic line of the machine, which all its processes share: what one process says of a moment
 * another one understands.
 */
export function machineTime(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
