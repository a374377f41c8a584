import { clientKeys } from '@holdfast/http'
import type { Request } from 'express'

/** The client that a request comes from, by Express' own setting `trust proxy`. */
export function clientKey(ipv6Prefix: number): (req: Request) => string {
  const keyOf = clientKeys({ ipv6Prefix })
  let isLooked = false
  return (req) => {
    if (!isLooked) {
      isLooked = true
      if (req.app.get('trust proxy') === true) warn()
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
