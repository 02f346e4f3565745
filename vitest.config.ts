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
    testTimeout: 15_000,
    hookTimeout: 15_000,
    maxWorkers: 2,
  },
})
