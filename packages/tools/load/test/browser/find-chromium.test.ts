import { describe, expect, it } from 'vitest'
import { findChromium, type Machine } from './find-chromium.ts'

/** A machine with these programs on its PATH. */
function machine(programs: readonly string[], more: Partial<Machine> = {}): Machine & { readonly said: string[] } {
  const said: string[] = []
  return {
    named: undefined,
    which: (program) => (programs.includes(program) ? `/bin/${program}` : undefined),
    isRoot: false,
    install: () => expect.unreachable('nothing should be installed'),
    say: (line) => said.push(line),
    said,
    ...more,
  }
}

describe('a Chromium', () => {
  it('is the one that CHROMIUM_PATH names, or else one from the PATH', async () => {
    expect(await findChromium(machine(['chromium'], { named: '/opt/chrome' }))).toBe('/opt/chrome')
    expect(await findChromium(machine(['google-chrome', 'chromium-browser']))).toBe('/bin/chromium-browser')
  })

  it('is brought by apt for root, and one line says so', async () => {
    const programs = ['apt-get']
    const debian = machine(programs, { isRoot: true, install: async () => void programs.push('chromium') })
    expect(await findChromium(debian)).toBe('/bin/chromium')
    expect(debian.said).toEqual(['No Chromium is installed: installing one with apt-get.'])
  })

  it.each([
    ['without apt', machine([], { isRoot: true })],
    ['without root', machine(['apt-get'])],
  ])('cannot be had %s, and the error says how to get one', async (_, bare) => {
    await expect(findChromium(bare)).rejects.toThrow('sudo apt-get install chromium')
  })

  it('cannot be had when apt fails, and the error keeps what apt said', async () => {
    const debian = machine(['apt-get'], { isRoot: true, install: () => Promise.reject(new Error('no network')) })
    await expect(findChromium(debian)).rejects.toThrow(/did not bring a Chromium: no network.*CHROMIUM_PATH/s)
  })
})
