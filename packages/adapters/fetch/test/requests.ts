/** The parts of a body, read by an iteration. */
export async function partsOf({ body }: Response): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  for await (const part of body ?? []) parts.push(part)
  return parts
}

/** An init with a dispatcher of undici's, of which the platform's types know an older version. */
export function through(dispatcher: object, init: RequestInit = {}): RequestInit {
  return Object.assign({}, init, { dispatcher })
}
