import type { Progress } from '../experiment/progress.ts'
import { shown } from '../verdict/shown.ts'

const width = 24

/** One line, no longer than `columns`, that tells how far things are. */
export function barLine(progress: Progress, columns: number): string {
  const { title, arm, seed, run, runs, share, recording } = progress
  const all = (run + share) / runs
  const full = Math.floor(all * width)
  const bar = '█'.repeat(full) + '░'.repeat(width - full)
  const name = arm === title ? title : `${title}: ${arm}${runs > 1 ? `, seed ${seed}` : ''}`
  const figures =
    recording.all.count === 0
      ? 'warming up'
      : `p99 ${shown(recording.all.percentile(99), 'ms')}, ${shown(failedShare(progress), 'share')} errors`
  const line = `${bar} ${String(Math.floor(all * 100)).padStart(3)} %  ${name}  ${figures}`
  return line.length < columns ? line : line.slice(0, Math.max(0, columns - 1))
}

/** The line that stands for a whole run where nothing can be drawn over. */
export function plainLine({ title, arm, seed, run, runs }: Progress): string {
  return arm === title ? `loading ${title}` : `${run + 1} of ${runs}: ${title}, ${arm}, seed ${seed}`
}

function failedShare({ recording }: Progress): number {
  const failed = Object.values(recording.failures).reduce((sum, count) => sum + count, 0)
  return failed / recording.all.count
}
