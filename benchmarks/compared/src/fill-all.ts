import type { Behaviour } from './behaviour.ts'
import { type Cell, fill } from './cell.ts'

/** So many probes run at once, of those that mind nobody else. */
const AT_ONCE = 3

interface Task {
  readonly behaviour: Behaviour<string>
  readonly library: string
}

/** What was found out of each behaviour, by library, and what went wrong. */
export interface Filled {
  readonly cells: ReadonlyMap<Behaviour<string>, Readonly<Record<string, Cell>>>
  readonly broken: readonly unknown[]
}

/** Fills every cell of `behaviours`; those that need a process alone come last, one by one. `done` is told of each. */
export async function fillAll(
  behaviours: readonly Behaviour<string>[],
  done: (behaviour: Behaviour<string>, library: string, cell: Cell) => void,
): Promise<Filled> {
  const cells = new Map(behaviours.map((behaviour) => [behaviour, {} as Record<string, Cell>]))
  const broken: unknown[] = []
  const fillOne = async ({ behaviour, library }: Task): Promise<void> => {
    try {
      const cell = await fill(behaviour, library)
      const row = cells.get(behaviour)
      if (row !== undefined) row[library] = cell
      done(behaviour, library, cell)
    } catch (error) {
      broken.push(error)
    }
  }
  const tasks = behaviours.flatMap((behaviour) =>
    Object.keys(behaviour.cells).map((library) => ({ behaviour, library })),
  )
  const { alone = [], together = [] } = Object.groupBy(tasks, ({ behaviour }) =>
    behaviour.alone === true ? 'alone' : 'together',
  )
  const rest = together.values()
  const worker = async (): Promise<void> => {
    for (const task of rest) await fillOne(task)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  for (const task of alone) await fillOne(task)
  return { cells, broken }
}
