import type { Server } from 'node:http'
import { checkMethods, checkOptions } from '@holdfast/core'
import type { Drain } from '@holdfast/lifecycle'
import type { RequestHandler, Response } from 'express'
import { exchangeOf } from './exchange.ts'
import { Farewell } from './farewell.ts'
import { ServerEnd } from './server-end.ts'

export interface DrainOptions {
  /** What `drain()` of `@holdfast/lifecycle` returns. */
  readonly drain: Drain
}

/** A middleware function that counts requests until their responses are out, so that a drain waits for them. */
export interface DrainHandler extends RequestHandler {
  /** Has the drain close `server`, without loss, and returns it: `draining.closes(app.listen(3000))`. */
  closes<S extends Server>(server: S): S
}

/** Ends a server without loss. It belongs before everything else, so that it counts every request. */
export function drain(options: DrainOptions): DrainHandler {
  const { drain: end } = checkOptions('options', options)
  checkMethods('drain', end, ['enter', 'onStop'])
  const open = new Set<Response>()
  const servers: ServerEnd[] = []
  const farewell = new Farewell()

  const handle: RequestHandler = (req, res, next) => {
    if (end.draining && !farewell.add(req.socket, res)) return
    const leave = end.enter()
    open.add(res)
    exchangeOf(res).onClose(() => {
      open.delete(res)
      leave()
      for (const server of servers) server.letGo()
    })
    next()
  }

  return Object.assign(handle, {
    closes<S extends Server>(server: S): S {
      checkMethods('server', server, ['close', 'closeIdleConnections', 'closeAllConnections'])
      const closing = new ServerEnd(server, open)
      servers.push(closing)
      end.onStop(() => {
        // Those that came before it began, and are not answered yet.
        for (const res of open) if (!res.headersSent) farewell.add(res.req.socket, res)
        return closing.close()
      })
      end.signal.addEventListener('abort', () => server.closeAllConnections(), { once: true })
      return server
    },
  })
}
