import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listSuiteClasses, SuiteRun, suiteFolder } from './apache-suite/suite-run.js'
import { covers, readSuiteTests, suitePackage } from './apache-suite/suite-tests.js'
import { peerKinds } from './peers/peer.js'
import { maven } from './programs/maven.js'

const BUILD_TIMEOUT_MS = 600_000
/** Enough for the longest class of the full run on a busy machine. */
const CLASS_TIMEOUT_MS = 900_000

const full = process.env.APACHE_SUITE === 'full'
const suiteTests = readSuiteTests()
const excluded = suiteTests.filter(({ kind }) => kind === 'excluded')
const slow = suiteTests.filter(({ kind }) => kind === 'slow')
const chosen = suiteTests.filter(({ kind }) => kind === 'quick' || (full && kind === 'slow'))
const methodsByClass = new Map<string, string[]>()
for (const { className, method } of chosen)
  methodsByClass.set(className, [...(methodsByClass.get(className) ?? []), method])

beforeAll(async () => {
  const library = join(suiteFolder, 'target/lib')
  const copyLibrary = ['dependency:copy-dependencies', `-DoutputDirectory=${library}`]
  await maven(suiteFolder, 'compile', ...copyLibrary)
}, BUILD_TIMEOUT_MS)

describe.each(peerKinds)("Apache's integration tests on a cluster of %s", (servers) => {
  let run: SuiteRun
  beforeAll(async () => {
    const tests = [...methodsByClass].map(([name, methods]) => `${suitePackage}.${name}#${methods.join(',')}`)
    run = await SuiteRun.start({ servers, tests })
  })
  afterAll(() => run?.[Symbol.asyncDispose]())

  describe.each([...methodsByClass])('%s', (className, methods) => {
    const name = `${suitePackage}.${className}`
    beforeAll(() => run.classEnd(name, CLASS_TIMEOUT_MS), CLASS_TIMEOUT_MS)

    it.each(methods)('%s', (method) => {
      const results = run.resultsOf(name, method)
      expect(results.length).toBeGreaterThan(0)
      const failures = results.flatMap(({ failure }) => failure ?? [])
      expect(failures.join('\n\n')).toBe('')
      expect(results.every(({ result }) => result === 'passed')).toBe(true)
    })
  })
})

it("every class of Apache's tests is in the table", async () => {
  const classes = await listSuiteClasses()
  expect(classes.length).toBeGreaterThan(80)
  const known = (name: string) => suiteTests.some((each) => covers(each, name.slice(suitePackage.length + 1)))
  expect(classes.filter((name) => !known(name))).toEqual([])
})

describe("Apache's integration tests that are left out", () => {
  for (const { className, method, reason } of excluded)
    it(`${className} ${method}`, ({ skip }) => skip(reason))

  it('the slow ones', ({ skip }) => {
    skip(!full, `${slow.length} methods run with npm run apache-suite --workspace interop`)
  })
})
