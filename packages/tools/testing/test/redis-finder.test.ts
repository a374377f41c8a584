import { describe, expect, it } from 'vitest'
import { findServer, type Machine } from '../src/redis-finder.ts'

/** A machine with these programs on its PATH. */
function machine(programs: readonly string[], more: Partial<Machine> = {}): Machine & { readonly said: string[] } {
  const said: string[] = []
  return {
    which: (program) => (programs.includes(program) ? `/bin/${program}` : undefined),
    isRoot: false,
    install: () => expect.unreachable('nothing should be installed'),
    say: (line) => said.push(line),
    said,
    ...more,
  }
}

describe('a server binary', () => {
  it('is redis-server, or else valkey-server, from the PATH', async () => {
    expect(await findServer(machine(['apt-get', 'redis-server', 'valkey-server'], { isRoot: true }))).toBe(
      '/bin/redis-server',
    )
    expect(await findServer(machine(['valkey-server']))).toBe('/bin/valkey-server')
  })

  it('is brought by apt for root, and one line says so', async () => {
    const programs = ['apt-get']
    const debian = machine(programs, { isRoot: true, install: async () => void programs.push('redis-server') })
    expect(await findServer(debian)).toBe('/bin/redis-server')
    expect(debian.said).toEqual(['No Redis server is installed: installing one with apt-get.'])
  })

  it.each([
    ['without apt', machine([], { isRoot: true })],
    ['without root', machine(['apt-get'])],
  ])('cannot be had %s, and the error says how to get one', async (_, bare) => {
    const error = await findServer(bare).catch((error: Error) => error)
    expect(error).toBeInstanceOf(Error)
    const { message } = error as Error
    for (const part of [
      'neither redis-server nor valkey-server is on the PATH',
      'sudo apt-get install redis-server',
      'sudo dnf install valkey',
      'sudo apk add redis',
      'brew install redis',
      'docker run --rm -p 6379:6379 redis',
      'export REDIS_URL=redis://127.0.0.1:6379',
    ]) {
      expect(message).toContain(part)
    }
    expect(bare.said).toEqual([])
  })

  it('cannot be had when apt fails, and the error keeps what apt said', async () => {
    const cause = new Error('apt-get failed: no network')
    const debian = machine(['apt-get'], { isRoot: true, install: () => Promise.reject(cause) })
    const error = await findServer(debian).catch((error: Error) => error)
    expect(error).toMatchObject({ message: expect.stringContaining('apt-get did not bring a Redis server'), cause })
    expect(error).toMatchObject({ message: expect.stringContaining('no network') })
    expect(error).toMatchObject({ message: expect.stringContaining('brew install redis') })
  })

  it('cannot be had when apt is content and still brings none', async () => {
    const debian = machine(['apt-get'], { isRoot: true, install: async () => {} })
    await expect(findServer(debian)).rejects.toThrow('apt-get did not bring a Redis server')
  })
})
