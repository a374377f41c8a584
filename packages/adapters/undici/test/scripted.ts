import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController
type Handler = Dispatcher.DispatchHandler

/** A request that a scripted dispatcher was given, and the hand on its wires. */
export interface Wire {
  readonly options: Dispatcher.DispatchOptions
  readonly controller: Controller
  /** Whether it has come to an end, whichever. */
  readonly over: boolean
  start(context?: unknown): void
  head(statusCode: number, headers?: Record<string, string>): void
  data(text: string): void
  end(): void
  error(error: Error): void
}

/** A dispatcher without a network: it gives out what it was given, and does what its wires say. */
export function scripted(onRequest: (wire: Wire) => void): { dispatch: Dispatcher.Dispatch; wires: Wire[] } {
  const wires: Wire[] = []
  const dispatch: Dispatcher.Dispatch = (options, handler) => {
    const wire = wireTo(options, handler)
    wires.push(wire)
    onRequest(wire)
    return true
  }
  return { dispatch, wires }
}

function wireTo(options: Dispatcher.DispatchOptions, handler: Handler): Wire {
  let over = false
  let reason: Error | null = null
  const state = { paused: false }
  const finish = (how: () => void) => {
    if (over) return
    over = true
    how()
  }
  const controller: Controller = {
    get aborted() {
      return reason !== null
    },
    get paused() {
      return state.paused
    },
    get reason() {
      return reason
    },
    pause() {
      state.paused = true
    },
    resume() {
      state.paused = false
    },
    abort(error) {
      reason ??= error
      finish(() => handler.onResponseError?.(controller, error))
    },
  }
  return {
    options,
    controller,
    get over() {
      return over
    },
    start: (context = null) => handler.onRequestStart?.(controller, context),
    head: (statusCode, headers = {}) => void (over || handler.onResponseStart?.(controller, statusCode, headers, '')),
    data: (text) => void (over || handler.onResponseData?.(controller, Buffer.from(text))),
    end: () => finish(() => handler.onResponseEnd?.(controller, {})),
    error: (error) => finish(() => handler.onResponseError?.(controller, error)),
  }
}

/** A handler that keeps what it is told. */
export interface Recorder extends Handler {
  readonly told: string[]
  readonly errors: Error[]
  controller: Controller | undefined
}

export function recorder(on: (what: string, controller: Controller) => void = () => {}): Recorder {
  const told: string[] = []
  const errors: Error[] = []
  const tell = (what: string, controller: Controller) => {
    told.push(what)
    on(what, controller)
  }
  const handler: Recorder = {
    told,
    errors,
    controller: undefined,
    onRequestStart(controller) {
      handler.controller = controller
      tell('start', controller)
    },
    onResponseStart: (controller, statusCode) => tell(`head ${statusCode}`, controller),
    onResponseData: (controller, chunk) => tell(`data ${chunk}`, controller),
    onResponseEnd: (controller) => tell('end', controller),
    onResponseError(controller, error) {
      errors.push(error)
      tell('error', controller)
    },
  }
  return handler
}
