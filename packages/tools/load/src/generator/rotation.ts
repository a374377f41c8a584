/** Says which of several has its turn, by its place: each as often as its share says, evenly. The first where there are none. */
export function rotation(shares: readonly number[]): () => number {
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const owed = shares.map(() => 0)
  return () => {
    let turn = 0
    shares.forEach((share, at) => {
      owed[at] = (owed[at] ?? 0) + share / whole
      if ((owed[at] ?? 0) > (owed[turn] ?? 0) + 1e-9) turn = at
    })
    owed[turn] = (owed[turn] ?? 0) - 1
    return turn
  }
}
