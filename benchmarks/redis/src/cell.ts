/** What is measured: who decides, and whether his limit is ever reached. */
export const subjects = [
  'exact',
  'leased',
  'rate-limiter-flexible',
  'rate-limit-redis',
  'exact, refusing',
  'deny-cached, refusing',
  'rate-limiter-flexible, refusing',
  'rate-limit-redis, refusing',
] as const
export type Subject = (typeof subjects)[number]

/** One measurement. */
export interface Cell {
  readonly subject: Subject
  readonly keys: number
  /** Requests at a time, in each process. */
  readonly inFlight: number
  readonly processes: number
}

/** What one process found in one measurement. */
export interface Finding {
  readonly decisions: number
  /** CPU of the process, user and system, in ms. */
  readonly cpu: number
  /** In ms. */
  readonly wall: number
}

/** A million keys, each asked for once. */
export interface ManyKeys extends Finding {
  /** How much the heap of the client has grown, in MB. */
  readonly heap: number
}

export type Order =
  | { readonly type: 'measure'; readonly cell: Cell; readonly duration: number }
  | { readonly type: 'many-keys'; readonly keys: number; readonly inFlight: number }

const admitting: readonly Subject[] = ['rate-limiter-flexible', 'rate-limit-redis', 'exact', 'leased']
const refusing: readonly Subject[] = [
  'rate-limiter-flexible, refusing',
  'rate-limit-redis, refusing',
  'exact, refusing',
  'deny-cached, refusing',
]

/** Cells that are compared with each other are measured one right after another. */
export const groups: readonly (readonly Cell[])[] = [
  ...[1, 10_000].flatMap((keys) => [
    ...[1, 64, 256].map((inFlight) => admitting.map((subject) => ({ subject, keys, inFlight, processes: 1 }))),
    ...[2, 4].map((processes) => admitting.map((subject) => ({ subject, keys, inFlight: 64, processes }))),
  ]),
  refusing.map((subject) => ({ subject, keys: 1, inFlight: 64, processes: 1 })),
]
