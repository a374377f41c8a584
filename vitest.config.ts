import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,benchmarks,examples}/**/test/**/*.test.ts'],
    // Real sockets and child processes next to unit tests: more workers than cores only make the slow ones slower.
    maxWorkers: '100%',
    // A test that hangs is to fail; one on a busy machine is not.
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
})
