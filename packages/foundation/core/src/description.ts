/** Where a policy, a budget or a limiter keeps its description, for every installed copy of this package. */
export const describing: unique symbol = Symbol.for('holdfast.describe')

/** A policy as plain data. */
export interface PolicyDescription {
  /** The name it was given. */
  readonly name: string
  /** What kind of policy it is: `'timeout'`, `'pipeline'`. */
  readonly policy: string
  /** The options in force, defaults included; functions appear by their names. */
  readonly options: object
  /** The policies inside, outermost first. */
  readonly layers?: readonly PolicyDescription[]
}

export interface Describable {
  [describing](): PolicyDescription
}
