import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ChildProgram, freePort, repositoryRoot, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PAGE = readFileSync(join(repositoryRoot, 'docs/getting-started.md'), 'utf8')
const CHINESE_PAGE = readFileSync(join(repositoryRoot, 'docs/zh-CN/getting-started.md'), 'utf8')

function blocksOf(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, block]) => block!,
  )
}

/** Blocks that begin with the name of their file. */
const files = [...blocksOf(PAGE, 'ts'), ...blocksOf(PAGE, 'js')]

describe('the page about getting started', () => {
  let directory: TemporaryDirectory
  let project: string
  let server: ChildProgram
  let env: Record<string, string>

  const run = async (command: string, ...args: string[]) => {
    await using child = ChildProgram.start({
      name: [command, ...args].join(' '),
      command,
      args,
      cwd: project,
      env,
    })
    return (await child.succeeded({ withinMs: 170_000 })).join('\n')
  }

  beforeAll(async () => {
    directory = await TemporaryDirectory.create()
    project = join(directory.path, 'shop')
    env = {}
    mkdirSync(project)
    const tarballs = join(directory.path, 'rocketeer/packages-to-install')
    await using pack = ChildProgram.start({
      name: 'npm run pack',
      command: 'npm',
      args: ['run', 'pack', '--', tarballs],
      cwd: repositoryRoot,
    })
    await pack.succeeded({ withinMs: 170_000 })
    for (const line of blocksOf(PAGE, 'sh')[0]!.trim().split('\n')) {
      const [command, ...args] = line.split(' ')
      await run(command!, ...args)
    }
    for (const file of files) {
      const path = join(project, /^\/\/ (\S+)\n/.exec(file)![1]!)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, file)
    }
    writeFileSync(join(project, 'tsconfig.json'), blocksOf(PAGE, 'json')[0]!)
    const port = await freePort()
    env = { NAMESRV_ADDR: `127.0.0.1:${port}` }
    server = ChildProgram.start({
      name: 'rocketeer start',
      command: join(project, 'node_modules/.bin/rocketeer'),
      args: ['start', '--nameserver-port', `${port}`, '--broker-port', '0'],
      cwd: project,
    })
    await server.line(/is up after/)
  })
  afterAll(async () => {
    await server?.kill()
    await directory.remove()
  })

  it('leads to a message that is sent and handled', async () => {
    await run('npx', 'tsc')
    const consumer = ChildProgram.start({
      name: 'the consumer',
      command: process.execPath,
      args: ['dist/consumer.js'],
      cwd: project,
      env,
    })
    await consumer.line(/^ready$/)
    expect(await run(process.execPath, 'dist/producer.js')).toMatch(/^sent \w{32}$/)
    await consumer.line(/^a coupon for order-1, 9\.9$/, { withinMs: 30_000 })
    expect(await run(process.execPath, 'send.cjs')).toMatch(/^sent \w{32}$/)
    await consumer.line(/^a coupon for order-2, 4\.5$/, { withinMs: 30_000 })
    expect(await consumer.stop()).toBe(0)
  })

  it.each(['sh', 'ts', 'js', 'json'])('shows the same %s in both languages', (language) => {
    expect(blocksOf(CHINESE_PAGE, language)).toEqual(blocksOf(PAGE, language))
  })
})
