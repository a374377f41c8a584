import * as undici8 from 'undici'
import * as undici7 from 'undici-7'

/** undici, as far as both versions have it in common. */
export type Undici = typeof undici8

/** The versions that the interceptor is for. The types of 7 say less of what is the same. */
export const versions: readonly (readonly [version: string, undici: Undici])[] = [
  ['undici 7', undici7 as unknown as Undici],
  ['undici 8', undici8],
]
