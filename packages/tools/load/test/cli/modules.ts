import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Where the modules of a test file are written; removed with everything in it when its tests are over. */
export const folder: string = mkdtempSync(join(tmpdir(), 'holdfast-load-'))
afterAll(() => rmSync(folder, { recursive: true }))

const library = new URL('../../src/index.ts', import.meta.url).href
let files = 0

/** Writes a module; returns its path. */
export function write(text: string): string {
  const path = join(folder, `${++files}.mjs`)
  writeFileSync(path, text)
  return path
}

/** A module with one experiment. */
export function experimentWith(options: string): string {
  return write(`import { between, experiment, figure, ratio } from '${library}'
    export const one = experiment({
      name: 'one', arms: { a: {} }, upstream: { latency: 2 }, load: { rate: 50, duration: 1_000, warmup: 0 }, ${options}
    })`)
}

export const gatewayWith = (text: string): string => `gateway: '${write(text)}',`

export const short: readonly string[] = ['--rate', '50', '--duration', '1', '--warmup', '0']

/** A port at which nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
