import type { Flight } from './in-flight.ts'
import type { Line } from './line.ts'
import type { Contender } from './measure.ts'
import type { Row } from './row.ts'

/** Rows that belong together, with the lines they must keep to. A file below `rows/` makes one. */
export interface Group {
  readonly title: string
  /** Called one at a time. */
  readonly contenders?: Readonly<Record<string, Contender>> | undefined
  /** Called many at once. */
  readonly flights?: Readonly<Record<string, Flight>> | undefined
  /** Makes the rows to show out of those measured, where there are too many to read. */
  readonly fold?: ((measured: readonly Row[]) => Row[]) | undefined
  readonly lines: readonly Line[]
}
