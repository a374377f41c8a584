import { isIPv4 } from 'node:net'

/** Whether a URL's host is this machine by its very name: nothing is looked up. */
export function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  // A server that listens on all addresses calls itself 0.0.0.0 or [::], and is reached by it.
  if (['::1', '::', '0.0.0.0'].includes(host)) return true
  return isIPv4(host) && host.startsWith('127.')
}
