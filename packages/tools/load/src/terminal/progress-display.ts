import type { ProgressListener } from '../experiment/progress.ts'
import { barLine, plainLine } from './bar.ts'

/** Where progress is shown: a terminal, or whatever takes lines. */
export interface Screen {
  write(text: string): void
  /** How wide it is, where lines can be drawn over; `undefined` where not. */
  readonly columns: number | undefined
}

export interface ProgressDisplay {
  readonly show: ProgressListener
  /** Leaves nothing of a bar behind. */
  clear(): void
}

const clearLine = '\r\u001b[2K'

/** A bar that is drawn over in a terminal; elsewhere a line for each run. */
export function progressDisplay(screen: Screen): ProgressDisplay {
  let last = ''
  return {
    show(progress) {
      const { columns } = screen
      const line = columns === undefined ? plainLine(progress) : barLine(progress, columns)
      if (line === last) return
      last = line
      screen.write(columns === undefined ? `${line}\n` : `${clearLine}${line}`)
    },
    clear() {
      if (screen.columns !== undefined && last !== '') screen.write(clearLine)
      last = ''
    },
  }
}
