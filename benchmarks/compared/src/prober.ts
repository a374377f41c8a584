// Runs one probe, tells its parent what was seen, and exits. It loads the file of that row alone, which starts sooner.
import type { Behaviour } from './behaviour.ts'
import type { Order } from './cell.ts'

const { behaviour, library } = JSON.parse(process.argv[2] ?? '') as Order
const file: Readonly<Record<string, Behaviour<string>>> = await import(`./behaviours/${behaviour}.ts`)
const probe = Object.values(file).find(({ name }) => name === behaviour)?.cells[library]
if (typeof probe !== 'function') throw new Error(`${library} is not tried for ${behaviour}`)

Promise.resolve()
  .then(probe)
  .then((observation) => process.send?.(observation, () => process.exit()))
