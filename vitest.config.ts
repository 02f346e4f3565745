import { defineConfig } from 'vitest/config'

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
    execArgv: ['--enable-source-maps'],
    // Files share a worker: nothing in them is global, and loading everything anew for each took half of all time.
    isolate: false,
    // Long enough for a busy machine: a limit stops what hangs, it measures nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One more than the two processors everybody has: many tests wait for timers and processes of their own.
    maxWorkers: 3,
  },
})
