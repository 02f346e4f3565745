import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)

/** Pages show the examples that `examples.test.ts` runs, word for word. */
it.each([
  ['docs/testing.md', 'in-a-test.test'],
  ['docs/zh-CN/testing.md', 'in-a-test.test'],
  ['docs/testing.md', 'node-test'],
  ['docs/zh-CN/testing.md', 'node-test'],
  ['docs/shutdown.md', 'shutdown'],
  ['docs/zh-CN/shutdown.md', 'shutdown'],
  ['docs/errors.md', 'errors'],
  ['docs/zh-CN/errors.md', 'errors'],
  ['docs/transactions.md', 'transaction'],
  ['docs/zh-CN/transactions.md', 'transaction'],
  ['docs/journal.md', 'journal'],
  ['docs/zh-CN/journal.md', 'journal'],
  ['docs/delayed-messages.md', 'delivery-time'],
  ['docs/zh-CN/delayed-messages.md', 'delivery-time'],
  ['docs/backlog.md', 'backlog'],
  ['docs/zh-CN/backlog.md', 'backlog'],
  ['docs/delayed-check.md', 'delayed-check'],
  ['docs/zh-CN/delayed-check.md', 'delayed-check'],
  ['docs/retry-and-dead-letters.md', 'why-it-died'],
  ['docs/zh-CN/retry-and-dead-letters.md', 'why-it-died'],
  ['docs/retry-and-dead-letters.md', 'retry-and-dead-letters'],
  ['docs/zh-CN/retry-and-dead-letters.md', 'retry-and-dead-letters'],
])('%s shows the example "%s"', async (page, example) => {
  const text = await readFile(new URL(page, root), 'utf8')
  const source = await readFile(new URL(`examples/basics/src/${example}.ts`, root), 'utf8')
  const program = source.slice(source.indexOf('*/\n') + 3)
  expect(text).toContain(`\`\`\`ts\n${program}\`\`\``)
})
