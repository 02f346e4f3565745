import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = new URL('../../../', import.meta.url)

/** Each program with the page that shows it, and lines that it prints. */
const programs = [
  [
    'idempotent-consumer',
    new URL('./idempotent-consumer.js', import.meta.url),
    'idempotency',
    ['order-1: handled', 'order-1: skipped', 'order-1 has 1 coupon', 'order-2 has 1 coupon'],
  ],
  [
    'migration',
    new URL('./migration.js', import.meta.url),
    'migration',
    [
      'created: order-paid',
      'compared: true, missing: 0',
      'shadows that failed: 0',
      'in charge: to for producers, to for consumers',
      'lost: 0, doubled: 0',
    ],
  ],
  [
    'outbox',
    new URL('./outbox.js', import.meta.url),
    'outbox',
    ['order-2: the card was refused', 'waiting: 1', 'consumed: order-1'],
  ],
  [
    'transaction-table',
    new URL('./transaction-table.js', import.meta.url),
    'transactions',
    ['order-1: the card was refused', 'consumed: order-2', 'orders: order-2'],
  ],
] as const

/** Each program that needs a database of its own, with the page that shows it: `interop/` runs it. */
const elsewhere = [['change-relay', new URL('./change-relay.js', import.meta.url), 'change-relay']] as const

async function expectShown(program: string, path: string): Promise<void> {
  const source = await readFile(new URL(`examples/patterns/src/${program}.ts`, root), 'utf8')
  const text = source.slice(source.indexOf('*/\n') + 3)
  expect(await readFile(new URL(path, root), 'utf8')).toContain(`\`\`\`ts\n${text}\`\`\``)
}

describe.each(elsewhere)('the program "%s"', (program, file, page) => {
  it('is compiled', () => access(file))

  it.each([`docs/${page}.md`, `docs/zh-CN/${page}.md`])('stands in %s, word for word', (path) =>
    expectShown(program, path),
  )
})

describe.each(programs)('the program "%s"', (program, file, page, lines) => {
  it('runs to its end', async () => {
    const { stdout, stderr } = await run(process.execPath, [fileURLToPath(file)], { timeout: 30_000 })
    for (const line of lines) expect(stdout).toContain(line)
    expect(stderr).toBe('')
  }, 40_000)

  it.each([`docs/${page}.md`, `docs/zh-CN/${page}.md`])('stands in %s, word for word', (path) =>
    expectShown(program, path),
  )
})
