import { defineConfig } from 'vitest/config'

/** CI wants the counts in a file as well. */
const report = process.env.TEST_REPORT

/** Files of load that leaves nothing for others: Apache's clients give a message up after three seconds. */
const ALONE = ['dist/load-programs.test.js']

const common = {
  root: import.meta.dirname,
  server: { deps: { external: [/\/dist\/(?!.*\.test\.js$)/] } },
  execArgv: ['--enable-source-maps'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
}

// Against real peers: JVMs, databases and brokers as processes of their own. Most of the time they start or wait, so two
// files run at once; no more, or a machine of two processors is too slow for the timeouts of Apache's clients.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ['dist/programs/build-programs.js'],
    reporters: ['verbose', '../scripts/skip-reporter.mjs', ...(report ? ['json'] : [])],
    ...(report && { outputFile: { json: report } }),
    projects: [
      {
        test: {
          ...common,
          name: 'interop',
          include: ['dist/**/*.test.js'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: 'alone',
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
