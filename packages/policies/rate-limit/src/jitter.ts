/** How far apart those who are refused come back. */
export interface Spread {
  readonly jitter: number
  readonly random: () => number
}

/** `retryAfter`, longer by chance by at most `share` of it, so that those who are told at a time do not come back at a time. */
export function jittered(retryAfter: number, share: number, random: () => number): number {
  return share === 0 || retryAfter === Infinity ? retryAfter : retryAfter * (1 + share * random())
}
