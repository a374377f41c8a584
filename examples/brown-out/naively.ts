/** What is written in a minute: a timeout, and up to three attempts. */
export async function naively<T>(ask: (signal: AbortSignal) => Promise<T>, patience: number): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(AbortSignal.timeout(patience))
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}
