/** What is known of a request before it is made. */
export interface RequestFacts {
  readonly method: string
  readonly url: URL
  /** The value of a header, `null` where there is none. */
  header(name: string): string | null
}
