/** A load test that could not be done, or broke off. Verdicts that fail are no errors. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
  /** Whose fault it is: the server that was loaded, a process of the run, or the file with the experiment. */
  readonly code: 'ERR_LOAD_TARGET' | 'ERR_LOAD_PROCESS' | 'ERR_LOAD_FILE'

  constructor(code: LoadError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
