import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'
import { describe, expect, it } from 'vitest'

/** The TypeScript of a page, as programs Node 20 can run: without `await using`, which compilers take apart. */
async function snippets(name: string): Promise<string[]> {
  const text = await readFile(new URL(`../../../${name}`, import.meta.url), 'utf8')
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) =>
    match[1]!.replaceAll('await using', 'const'),
  )
}

/** Runs a program from here, where `rocketeer` can be imported, until it has printed `expected`. */
async function runUntil(program: string, expected: RegExp): Promise<void> {
  const file = fileURLToPath(new URL(`./snippet-${process.pid}-${Date.now()}.mjs`, import.meta.url))
  await writeFile(file, program)
  const child = spawn(process.execPath, [file])
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data))
  try {
    await expect.poll(() => printed, { timeout: 30_000 }).toMatch(expected)
  } finally {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
    await rm(file)
  }
}

describe.each(['README.md', 'README.zh-CN.md'])('%s', (name) => {
  it('sends and consumes', async () => {
    await using server = await startServer()
    const [program] = await snippets(name)
    await runUntil(program!.replace('127.0.0.1:9876', server.nameservers[0]!), /order-1 \{ id: 1 \}/)
  })

  it('starts a server in a test', async () => {
    const [, program] = await snippets(name)
    const rest =
      "\nconsole.log('topics', await mq.admin().topics.list())\nawait mq.close()\nawait server.close()\n"
    await runUntil(`${program}${rest}`, /topics \[\]/)
  })
})

describe.each(['docs/operations.md', 'docs/zh-CN/operations.md'])('%s', (name) => {
  it('administers a cluster', async () => {
    await using server = await startServer()
    await using mq = await connect({ nameservers: server.nameservers })
    await mq.admin().groups.create('billing')
    const [program] = await snippets(name)
    await runUntil(
      `${program!.replace('127.0.0.1:9876', server.nameservers[0]!)}\nawait mq.close()\n`,
      /there is no topic "order-paid"/,
    )
  })
})

describe.each(['docs/clusters.md', 'docs/zh-CN/clusters.md'])('%s', (name) => {
  it('takes queues away', async () => {
    await using server = await startServer()
    const program = (await snippets(name)).at(-1)!
    const before = `import { connect } from 'rocketeer'
const mq = await connect({ nameservers: ${JSON.stringify(server.nameservers)} })
const admin = mq.admin()
await admin.topics.create('orders', { queues: 8 })
`
    const after = "\nconsole.log('left:', (await admin.topics.queues('orders')).length)\nawait mq.close()\n"
    await runUntil(`${before}${program}${after}`, /left: 4/)
  })
})
