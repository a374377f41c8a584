// Runs one probe, tells its parent what was seen, and exits.
import { behaviourNamed } from './behaviours.ts'
import type { Order } from './cell.ts'

const { behaviour, library } = JSON.parse(process.argv[2] ?? '') as Order
const probe = behaviourNamed(behaviour).cells[library]
if (typeof probe === 'string') throw new Error(`${library} is not tried for ${behaviour}`)

Promise.resolve()
  .then(probe)
  .then((observation) => process.send?.(observation, () => process.exit()))
