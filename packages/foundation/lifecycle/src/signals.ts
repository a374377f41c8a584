/** How long, in ms, one more signal is still the first: a terminal and the tool that started the process may both send it. */
const SAME = 500

/** Calls `first` at the first of the signals, and `again` at every later one. What is returned ends that. */
export function onSignals(
  signals: readonly NodeJS.Signals[],
  now: () => number,
  first: (signal: NodeJS.Signals) => void,
  again: () => void,
): () => void {
  let came: number | undefined
  const listener = (signal: NodeJS.Signals): void => {
    if (came === undefined) {
      came = now()
      first(signal)
    } else if (now() - came >= SAME) again()
  }
  for (const signal of signals) process.on(signal, listener)
  return () => {
    for (const signal of signals) process.off(signal, listener)
  }
}
