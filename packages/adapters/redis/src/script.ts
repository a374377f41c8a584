import { createHash } from 'node:crypto'
import { settle } from './scripts/settle.ts'
import { take } from './scripts/take.ts'
import { takeBuckets } from './scripts/take-buckets.ts'

/** A script as it is sent: by its digest, or as a whole to a server that does not know it yet. */
export interface Script {
  readonly source: string
  readonly sha: string
}

function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

export const TAKE: Script = script(take)
export const TAKE_BUCKETS: Script = script(takeBuckets)
export const SETTLE: Script = script(settle)
