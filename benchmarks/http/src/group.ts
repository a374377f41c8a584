/** Makes one request, to its end. */
export type Contender = (url: string) => Promise<unknown>

/** Contenders that are measured beside each other. */
export interface Group {
  readonly name: string
  /** What all others are compared with. */
  readonly base: string
  readonly contenders: Readonly<Record<string, Contender>>
  /** How many times the CPU time of the base each may take. */
  readonly lines: Readonly<Record<string, number>>
}
