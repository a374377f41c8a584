import { readFileSync } from 'node:fs'

// Prints `N passed, N failed` from a report of the test runner, and fails when a test did, or when none ran. A test file that could
// not be loaded counts as one failed test.

function count(path) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(path, 'utf8'))
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    )
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length }
  } catch {
    return { passed: 0, failed: 0 }
  }
}

const { passed, failed } = count(process.argv[2])
if (passed === 0 || failed > 0) process.exitCode = 1
console.log(`${passed} passed, ${failed} failed`)
