/** How many of everything there are. */
export interface Scale {
  readonly servers: number
  /** What one server can serve in a second. */
  readonly capacity: number
  readonly clients: number
  readonly processes: number
}

/** One process and one server. */
export const small: Scale = { servers: 1, capacity: 200, clients: 100, processes: 1 }

/** Ten thousand clients in fifty processes, and a hundred servers; each client calls about every thirteen seconds. */
export const large: Scale = { servers: 100, capacity: 10, clients: 10_000, processes: 50 }
