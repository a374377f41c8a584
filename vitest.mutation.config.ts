import { defineConfig } from 'vitest/config'

// The tests as mutation testing runs them: without those that start processes, where no mutant is alive, and with so much patience
// that a busy machine kills no mutant.
export default defineConfig({
  test: {
    include: ['packages/{foundation,policies}/*/test/**/*.test.ts'],
    exclude: ['**/process.test.ts'],
    testTimeout: 120_000,
  },
})
