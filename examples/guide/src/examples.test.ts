import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = new URL('../../../', import.meta.url)

/** Each program with the chapter that shows it and what it prints. */
const programs = [
  ['database-down', new URL('./database-down.js', import.meta.url), '1-database-down'],
  ['coupon-twice', new URL('./coupon-twice.js', import.meta.url), '2-coupon-twice'],
  ['told-or-not', new URL('./told-or-not.js', import.meta.url), '3-told-or-not'],
  ['asked-back', new URL('./asked-back.js', import.meta.url), '3-told-or-not'],
  ['cluster-gone', new URL('./cluster-gone.js', import.meta.url), '3-told-or-not'],
  ['wait-or-retry', new URL('./wait-or-retry.js', import.meta.url), '4-wait-or-retry'],
  ['out-of-order', new URL('./out-of-order.js', import.meta.url), '5-out-of-order'],
  ['far-behind', new URL('./far-behind.js', import.meta.url), '6-far-behind'],
  ['unpaid', new URL('./unpaid.js', import.meta.url), '7-unpaid'],
  ['effectively-once', new URL('./effectively-once.js', import.meta.url), '9-which-remedy'],
] as const

/** Of longer programs, which other tests run, chapters show parts. */
const runElsewhere = ['examples/patterns/src/change-relay.ts', 'examples/patterns/src/migration.ts']

const SEPARATOR = '-- the next program --\n'
/** One process runs them one after the other: to start one for each would take longer than all that they do. */
const runAll = programs.map(
  ([, url]) => `await import(${JSON.stringify(url)}); process.stdout.write(${JSON.stringify(SEPARATOR)})`,
)

const textOf = (path: string) => readFile(new URL(path, root), 'utf8')
async function sourceOf(program: string): Promise<string> {
  const source = await textOf(`examples/guide/src/${program}.ts`)
  return source.slice(source.indexOf('*/\n') + 3)
}

describe('the guide', () => {
  let printed: string[]
  beforeAll(async () => {
    const { stdout, stderr } = await run(
      process.execPath,
      ['--input-type=module', '--eval', runAll.join('\n')],
      { timeout: 110_000 },
    )
    expect(stderr).toBe('')
    printed = stdout.split(SEPARATOR)
  }, 120_000)

  describe.each(['docs/guide', 'docs/zh-CN/guide'])('in %s', (folder) => {
    it('shows the shop of all programs, word for word', async () => {
      expect(await textOf(`${folder}/README.md`)).toContain(`\`\`\`ts\n${await sourceOf('shop')}\`\`\``)
    })

    it.each(programs.map(([program, , chapter], index) => [program, chapter, index] as const))(
      'shows the program "%s", word for word, in %s, and what it prints',
      async (program, chapter, index) => {
        const page = await textOf(`${folder}/${chapter}.md`)
        expect(page).toContain(`\`\`\`ts\n${await sourceOf(program)}\`\`\``)
        expect(page).toContain(`\`\`\`text\n${printed[index]}\`\`\``)
      },
    )

    it('shows no program that nothing runs', async () => {
      const sources = await Promise.all(['shop', ...programs.map(([program]) => program)].map(sourceOf))
      sources.push(...(await Promise.all(runElsewhere.map(textOf))))
      for (const file of await readdir(new URL(folder, root))) {
        const blocks = [...(await textOf(`${folder}/${file}`)).matchAll(/```ts\n([\s\S]*?)```/g)]
        for (const [, block] of blocks) expect(sources.join()).toContain(block)
      }
    })
  })
})
