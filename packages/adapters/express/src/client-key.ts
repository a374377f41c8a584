import { clientKeys } from '@holdfast/http'
import type { Request } from 'express'

/** The client that a request comes from, by Express' own setting `trust proxy`. */
export function clientKey(ipv6Prefix: number): (req: Request) => string {
  const keyOf = clientKeys({ ipv6Prefix })
  let isWarned = false
  return (req) => {
    const trusts: unknown = req.app.get('trust proxy')
    // The same as `req.ip`, which costs more than all the rest.
    if (trusts === false) return keyOf(req.socket.remoteAddress)
    if (trusts === true && !isWarned) {
      isWarned = true
      warn()
    }
    return keyOf(req.ip)
  }
}

function warn(): void {
  process.emitWarning(
    "'trust proxy' is true, so that each client names its own address, and with it its own limit. Name the proxies, or how many they are.",
    { code: 'HOLDFAST_TRUST_PROXY' },
  )
}
