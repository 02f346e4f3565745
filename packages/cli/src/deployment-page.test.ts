import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RunningCommand } from './testing/command.js'

const pages = ['docs/deployment.md', 'docs/zh-CN/deployment.md']

/** The command lines of the unit, of the Docker file, and of `docker run`. */
async function commandsOf(page: string): Promise<string[][]> {
  const text = (await readFile(new URL(`../../../${page}`, import.meta.url), 'utf8')).replaceAll('\\\n', ' ')
  const [, unit] = /^ExecStart=.*rocketeer\.js (.*)$/m.exec(text)!
  const [, image] = /^CMD (\[.*\])$/m.exec(text)!
  const [, run] = /docker run .* rocketeer (start .*)$/m.exec(text)!
  return [unit!.split(' '), JSON.parse(image!), run!.split(' ')]
}

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-cli-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

it('the page of deployment shows commands that start a server and stop with SIGTERM', async () => {
  const commands = await commandsOf(pages[0]!)
  expect(await commandsOf(pages[1]!)).toEqual(commands)
  expect(commands.flat()).toContain('--advertise')
  for (const [i, words] of commands.entries()) {
    const here = words.map((word, index) => {
      if (words[index - 1] === '--directory') return join(directory, `${i}`)
      return words[index - 1] === '--host' ? '127.0.0.1' : word
    })
    const command = new RunningCommand([...here, '--nameserver-port', '0', '--broker-port', '0'])
    await command.printed(/Ctrl-C stops it/)
    expect(await command.stop('SIGTERM')).toMatchObject({ code: 0 })
  }
}, 30_000)
