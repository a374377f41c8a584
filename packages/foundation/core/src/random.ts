/** Numbers from 0 up to, but not including, 1. */
export type Random = () => number

/** The platform's dice, for whatever is not given seeded ones. */
export const systemRandom: Random = () => Math.random()
