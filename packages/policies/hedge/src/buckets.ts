/** 32 buckets to an octave, each 1.6 % to 3.1 % of its duration wide. */
const BITS_WITHIN_OCTAVE = 5
/** A float of 32 bits has 23 behind the exponent; those after the first five do not matter. */
const DROPPED_BITS = 23 - BITS_WITHIN_OCTAVE

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

function bitsOf(value: number): number {
  float[0] = value
  return (bits[0] as number) >>> DROPPED_BITS
}

/** Durations below share the first bucket, those of more than an hour the last. */
const SHORTEST = 2 ** -4
const LONGEST = 2 ** 22
const FIRST = bitsOf(SHORTEST)

export const BUCKETS: number = bitsOf(LONGEST) - FIRST

/** The bucket of a duration in ms: the leading bits of the number itself are a logarithm. */
export function bucketOf(ms: number): number {
  if (!(ms >= SHORTEST)) return 0
  return Math.min(bitsOf(ms) - FIRST, BUCKETS - 1)
}

/** The least duration that is longer than all in `bucket`. */
export function endOf(bucket: number): number {
  bits[0] = (bucket + 1 + FIRST) << DROPPED_BITS
  return float[0] as number
}
