import { isIPv4 } from 'node:net'

/** Whether a URL's host is this machine by its very name: nothing is looked up. */
export function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true
  return isIPv4(host) && host.startsWith('127.')
}
