import { createServer, type RequestListener, Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Gateway, GatewayContext } from './gateway.ts'

/** Makes the server of a gateway module. Whatever is wrong with the module comes out in one sentence. */
export async function loadGateway(module: string, context: GatewayContext): Promise<Server> {
  const file = module.startsWith('file:') ? fileURLToPath(module) : module
  const exported = await importModule(module, file)
  const factory = exported['gateway']
  if (typeof factory !== 'function') throw new Error(`${file} must export a function named gateway`)
  const service = await (factory as Gateway)(context)
  if (service instanceof Server) return service
  if (typeof service === 'function') return serverOf(service as RequestListener)
  throw new Error(`gateway of ${file} must return a handler of requests or an http.Server, got ${typeof service}`)
}

function serverOf(handler: RequestListener): Server {
  const server = createServer(handler)
  // Connections that idle are kept: one that is closed under a request looks like a fault that nobody planned.
  server.keepAliveTimeout = 120_000
  return server
}

async function importModule(module: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(module)) as Record<string, unknown>
  } catch (error) {
    throw new Error(`${file} cannot be imported: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
