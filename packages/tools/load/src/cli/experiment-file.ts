import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LoadError } from '../errors.ts'
import { type Experiment, planOf } from '../experiment/experiment.ts'

/** The experiments that a module exports, alone or in a list; `only` names those that are wanted. */
export async function readExperiments(path: string, only: readonly string[]): Promise<Experiment[]> {
  const file = resolve(path)
  if (!existsSync(file)) throw new LoadError('ERR_LOAD_FILE', `${path} is neither a URL nor a file that is there`)
  const found = Object.values(await importFile(path, file))
    .flat()
    .filter((value): value is Experiment => planOf(value) !== undefined)
  if (found.length === 0)
    throw new LoadError('ERR_LOAD_FILE', `${path} exports no experiment: export const one = experiment({ … })`)
  const missing = only.find((name) => !found.some((experiment) => experiment.name === name))
  if (missing !== undefined)
    throw new LoadError(
      'ERR_LOAD_FILE',
      `${path} has no experiment '${missing}', only ${found.map(({ name }) => name).join(', ')}`,
    )
  return only.length === 0 ? found : found.filter(({ name }) => only.includes(name))
}

async function importFile(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new LoadError('ERR_LOAD_FILE', `${path} cannot be used${placeOf(error, file)}: ${why}`, { cause: error })
  }
}

/** The line of the file that was about to do it, where the error knows. */
function placeOf(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const at = stack.lastIndexOf(file)
  const line = /^:(\d+)/.exec(stack.slice(at + file.length))?.[1]
  return at < 0 || line === undefined ? '' : `, line ${line}`
}
