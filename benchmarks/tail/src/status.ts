import type { Progress } from '@holdfast/load'

/** What runs at this moment, as one line; nothing where there is no terminal to draw it over. */
export class Status {
  private readonly screen: NodeJS.WriteStream
  private readonly running = new Map<string, string>()

  constructor(screen: NodeJS.WriteStream) {
    this.screen = screen
  }

  show(name: string, { arm, seed, run, runs, share }: Progress): void {
    const percent = Math.floor((100 * (run + share)) / runs)
    this.running.set(name, `${name} ${percent} % (${arm}, seed ${seed})`)
    if (this.screen.isTTY) this.draw([...this.running.values()].join('   '))
  }

  /** It is over, and something is to be written in place of the line. */
  ended(name: string): void {
    this.running.delete(name)
    if (this.screen.isTTY) this.draw('')
  }

  private draw(line: string): void {
    this.screen.write(`\r\u001b[2K${line.slice(0, this.screen.columns - 1)}`)
  }
}
