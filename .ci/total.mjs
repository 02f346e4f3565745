// Repeats what failed in any step, adds up the reports of all steps and prints `N passed, N failed, N skipped` as the last
// line; fails when one failed. The end of a long log is what people look at first, and often all that is kept of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

const folder = process.argv[2]
const total = { passed: 0, failed: 0, skipped: 0 }
const MESSAGE_LINES_MAX = 12
const sums = []

for (const file of readdirSync(folder).filter((name) => name.endsWith('.exit'))) {
  const name = basename(file, '.exit')
  const succeeded = readFileSync(join(folder, file), 'utf8').trim() === '0'
  const report = reportIn(join(folder, `${name}.json`))
  if (report) printFailures(name, report)
  const counts = (report && countsOf(report)) ?? {
    passed: succeeded ? 1 : 0,
    failed: succeeded ? 0 : 1,
    skipped: 0,
  }
  // A step may fail without a failed test: a file that cannot be loaded, an error nobody caught, a skip without a reason.
  if (!succeeded && counts.failed === 0) counts.failed = 1
  for (const kind of Object.keys(total)) total[kind] += counts[kind]
  sums.push(`${name}: ${describe(counts)}`)
}

/** What Vitest's JSON reporter wrote; nothing for a step that is no test run. */
function reportIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

function printFailures(step, { testResults }) {
  for (const { name, status, message, assertionResults } of testResults) {
    const failed = assertionResults.filter((each) => each.status === 'failed')
    const file = relative(process.cwd(), name)
    for (const { fullName, failureMessages } of failed)
      print(`FAILED in ${step}: ${file} > ${fullName}`, failureMessages.join('\n'))
    // A file that could not be loaded has no tests.
    if (status === 'failed' && failed.length === 0) print(`FAILED in ${step}: ${file}`, message)
  }
}

function print(title, message) {
  const lines = message.split('\n').slice(0, MESSAGE_LINES_MAX)
  console.log([title, ...lines.map((line) => `    ${line}`), ''].join('\n'))
}

function countsOf({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) {
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

for (const sum of sums) console.log(sum)
console.log(describe(total))
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
