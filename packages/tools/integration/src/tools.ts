import { join } from 'node:path'
import { root } from './workspace.ts'

/** The type checker of this workspace, to be run by node. */
export const tsc: string = join(root, 'node_modules/typescript/bin/tsc')

/** The mutation tester, likewise. */
export const stryker: string = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js')
