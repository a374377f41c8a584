/** Doing nothing about it. The loop awaits the answer, so this is a bare await of the operation. */
export function bare<T>(operation: () => Promise<T>): Promise<T> {
  return operation()
}
