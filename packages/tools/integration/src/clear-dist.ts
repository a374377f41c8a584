import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readWorkspace, root } from './workspace.ts'

// Before a build: the output of a source file that is gone would be packed with the rest.

for (const { folder } of readWorkspace()) rmSync(join(root, folder, 'dist'), { recursive: true, force: true })
