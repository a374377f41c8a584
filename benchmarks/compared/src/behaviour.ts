/** The columns of the table. What begins with `p-` stands in one: they are made to be used together. */
export const LIBRARIES = ['holdfast', 'cockatiel', 'opossum', 'p-*', 'bottleneck'] as const

/** The columns of the table of HTTP clients: `resilientFetch` and `resilientDispatch`, undici's RetryAgent, got and ky. */
export const CLIENTS = ['holdfast', 'undici', 'got', 'ky'] as const

export type Library = (typeof LIBRARIES)[number]
export type Client = (typeof CLIENTS)[number]

/** What was seen of a library. */
export interface Observation {
  /** Whether it does what the behaviour says. */
  readonly shows: boolean
  /** The figure or the fact behind it. */
  readonly note: string
}

/** Tries a library out, used as its own documentation says. */
export type Probe = () => Observation | Promise<Observation>

/** A row of a table whose columns are `L`. */
export interface Behaviour<L extends string = Library> {
  /** Names it on the command line, and is the name of its file. */
  readonly name: string
  /** What a library has to do for a yes, as a sentence. */
  readonly says: string
  /** Whether it needs a process in which nothing else runs: it stops the event loop, steps clocks or measures CPU time. */
  readonly alone?: boolean
  /** A probe for each library, or a text that says what the library lacks to be tried. */
  readonly cells: Readonly<Record<L, Probe | string>>
}

/** A part of the table. */
export interface Section {
  readonly title: string
  readonly libraries: readonly string[]
  readonly behaviours: readonly Behaviour<string>[]
}

export function seen(shows: boolean, note: string): Observation {
  return { shows, note }
}
