import { availableParallelism, cpus } from 'node:os'

/** What the figures were measured on. */
export interface Machine {
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly model: string
}

export function machine(): Machine {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
  }
}
