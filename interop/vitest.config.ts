import { defineConfig } from 'vitest/config'

/** CI wants the counts in a file as well. */
const report = process.env.TEST_REPORT

// Against real peers: JVMs and brokers as processes of their own, so one file at a time.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['dist/**/*.test.js'],
    globalSetup: ['dist/programs/build-programs.js'],
    reporters: ['verbose', '../scripts/skip-reporter.mjs', ...(report ? ['json'] : [])],
    ...(report && { outputFile: { json: report } }),
    server: { deps: { external: [/\/dist\/(?!.*\.test\.js$)/] } },
    execArgv: ['--enable-source-maps'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
})
