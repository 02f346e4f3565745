// Fails the run when a skipped test gives no reason: a silent skip looks like a pass.
export default class SkipReporter {
  #byName = false

  onInit(vitest) {
    // `vitest -t name` marks tests with other names as skipped; those skips need no reason.
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
