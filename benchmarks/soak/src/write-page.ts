import { mkdirSync, writeFileSync } from 'node:fs'

const folder = new URL('../../results/', import.meta.url)

export function writePage(page: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('soak.md', folder), page)
}
