/** The operation of every row: a promise that is fulfilled already. */
export async function operation(): Promise<number> {
  return 42
}

/** The same without a promise. */
export function plainOperation(): number {
  return 42
}
