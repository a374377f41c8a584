import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('runs under load, shows what Prometheus would see, and exits by itself', async () => {
  const main = new URL('../main.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--seconds', '2'], { timeout: 50_000 })
  expect(stdout).toMatch(/^holdfast_call_duration_count\{holdfast_policy_name="pipeline".*\} \d+$/m)
  expect(stdout).toMatch(/^holdfast_attempt_duration_count\{.*holdfast_health="failure".*\} \d+$/m)
  expect(stdout).toMatch(/^holdfast_decisions_total\{.*holdfast_decision="fell_back".*\} \d+$/m)
  expect(stdout).toMatch(/^holdfast_circuit_breaker_transitions_total\{.*holdfast_state="open".*\} \d+$/m)
  expect(stdout).toContain(', 0 of them not with 200')
})
