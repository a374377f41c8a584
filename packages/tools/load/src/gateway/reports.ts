/** A change of a circuit breaker. */
export interface PolicyReport {
  /** The name that the policy was given, with the key of its circuit where there are several. */
  readonly policy: string
  readonly state: 'closed' | 'open' | 'half-open' | 'isolated'
  /** In ms since the load began; below 0 when it warmed up. */
  readonly at: number
}

/** A figure that the gateway has read from time to time. */
export interface GaugeReading {
  readonly name: string
  readonly at: number
  readonly value: number
}
