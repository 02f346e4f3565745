// A skipped test says why, or the run fails: a silent skip looks like a pass.
export default class SkipReporter {
  #byName = false

  onInit(vitest) {
    // `vitest -t name` marks the tests of other names as skipped; nobody wrote those skips.
    this.#byName = vitest.config.testNamePattern !== undefined
  }

  onTestRunEnd(modules) {
    if (this.#byName) return
    for (const test of modules.flatMap((module) => [...module.children.allTests('skipped')])) {
      const reason = test.result().note
      console.log(`skipped: ${test.fullName} (${reason ?? 'NO REASON GIVEN: use context.skip("why")'})`)
      if (!reason) process.exitCode = 1
    }
  }
}
