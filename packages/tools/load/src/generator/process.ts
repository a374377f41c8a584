import { serve, tell } from '../process/inside.ts'
import type { GeneratorStart, GeneratorWord } from '../process/messages.ts'
import { Generator } from './generator.ts'

let generator: Generator | undefined

serve<GeneratorStart>({
  start(start) {
    generator = new Generator(start, {
      tell: (batch) => tell<GeneratorWord>(batch),
      done: (pace) => tell<GeneratorWord>({ type: 'done', pace }),
    })
    tell<GeneratorWord>({ type: 'ready' })
  },
  begin: (time) => generator?.begin(time),
  read() {},
})
