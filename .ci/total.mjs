// Adds up the reports of all steps and prints `N passed, N failed, N skipped` as the last line; fails when one failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const folder = process.argv[2]
const total = { passed: 0, failed: 0, skipped: 0 }

for (const file of readdirSync(folder).filter((name) => name.endsWith('.exit'))) {
  const name = basename(file, '.exit')
  const succeeded = readFileSync(join(folder, file), 'utf8').trim() === '0'
  const counts = countsOf(join(folder, `${name}.json`)) ?? {
    passed: succeeded ? 1 : 0,
    failed: succeeded ? 0 : 1,
    skipped: 0,
  }
  // A step may fail without a failed test: a file that cannot be loaded, an error nobody caught, a skip without a reason.
  if (!succeeded && counts.failed === 0) counts.failed = 1
  for (const kind of Object.keys(total)) total[kind] += counts[kind]
  console.log(`${name}: ${describe(counts)}`)
}

/** What Vitest's JSON reporter counted; nothing for a step that is no test run. */
function countsOf(report) {
  if (!existsSync(report)) return undefined
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

console.log(describe(total))
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
