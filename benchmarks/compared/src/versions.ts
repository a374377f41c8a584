import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

const PEERS = [
  'cockatiel',
  'opossum',
  'p-retry',
  'p-timeout',
  'p-limit',
  'p-queue',
  'bottleneck',
  'undici',
  'got',
  'ky',
]

/** When and on what the cells were filled, in a line. */
export function versionsLine(): string {
  const date = new Date().toISOString().slice(0, 10)
  const peers = PEERS.map((name) => `${name} ${versionOf(name)}`)
  return `${date}, Node ${process.versions.node}; ${peers.join(', ')}.`
}

function versionOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url)
  if (manifest === undefined) throw new Error(`${name} is not installed`)
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'))
  return version
}
