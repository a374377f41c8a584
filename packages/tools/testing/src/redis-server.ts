/** What `startRedis` takes. */
export interface RedisOptions {
  /**
   * More arguments for the server, such as `['--maxmemory', '10mb']`. Without any it keeps nothing on disk.
   * @default []
   */
  readonly args?: readonly string[] | undefined
  /**
   * `true` starts a server even where `REDIS_URL` names one: for tests that freeze, kill or restart it.
   * @default false
   */
  readonly owned?: boolean | undefined
  /**
   * How long the server may take until it answers, in ms.
   * @default 10_000
   */
  readonly startTimeout?: number | undefined
}

/** What {@link RedisServer.ping} takes. */
export interface PingOptions {
  /**
   * How long to wait for the answer, in ms.
   * @default 1_000
   */
  readonly timeout?: number | undefined
}

/** A Redis to test against. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string
  readonly host: string
  readonly port: number
  /** The process that serves, `undefined` while there is none and for a server that is not owned. */
  readonly pid: number | undefined
  /** Whether it was started here. One that `REDIS_URL` names was not, and is neither frozen nor ended from here. */
  readonly owned: boolean
  /** Put before every key it keeps tests apart that share a server: no two `startRedis()` give the same. */
  readonly prefix: string
  /** Resolves when the server has answered PING, over a connection of its own. */
  ping(options?: PingOptions): Promise<void>
  /** Stops the process in its tracks (SIGSTOP): connections stay open, and nothing is answered. */
  freeze(): void
  /** Lets a frozen process go on (SIGCONT). It answers what it was asked in the meantime. */
  thaw(): void
  /** Ends the process at once (SIGKILL). Connections break, and new ones are refused until `restart()`. */
  kill(): Promise<void>
  /**
   * Starts the server again on its port, after ending it if it still runs. Unless `args` say otherwise it comes back
   * empty.
   */
  restart(): Promise<void>
  /** Ends the server and removes its folder. A server that is not owned goes on. */
  stop(): Promise<void>
}
