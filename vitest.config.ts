import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take ten seconds and more, most of it waiting. */
const LONG = [/client-suite\/dist\/rocketeer\/suite/, /simulation\/dist\/random/, /cli\/dist/, /examples\//]

/** Starts the longest files first, so that none is still running when all others are done. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONG.findIndex((pattern) => pattern.test(moduleId))
      return place < 0 ? LONG.length : place
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}

/** CI wants the counts in a file as well. */
const report = process.env.TEST_REPORT

// Tests run on what ships: the compiled output. Worker threads and child processes then find their files as users do.
export default defineConfig({
  test: {
    include: ['packages/*/dist/**/*.test.js', 'examples/*/dist/**/*.test.js'],
    exclude: ['**/node_modules/**'],
    reporters: ['default', './scripts/skip-reporter.mjs', ...(report ? ['json'] : [])],
    ...(report && { outputFile: { json: report } }),
    // Node loads them as they are: several times faster than through Vite, and what users run.
    server: { deps: { external: [/\/dist\/(?!.*\.test\.js$)/] } },
    sequence: { sequencer: LongestFirst },
    execArgv: ['--enable-source-maps'],
    // Files share a worker: nothing in them is global, and loading everything anew for each took half of all time.
    isolate: false,
    setupFiles: ['./scripts/between-files.mjs'],
    // Long enough for a busy machine: a limit stops what hangs, it measures nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One more than the two processors everybody has: many tests wait for timers and processes of their own.
    maxWorkers: 3,
  },
})
