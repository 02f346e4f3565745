import { expect, it } from 'vitest'
import { eventually } from '../eventually.js'
import { ChildProgram } from './child-program.js'
import { JsonLines } from './json-lines.js'

function node(script: string): ChildProgram {
  return ChildProgram.start({ name: 'the script', command: process.execPath, args: ['-e', script] })
}

it('finds a line on either stream, whether it was printed before or comes later', async () => {
  await using program = node(
    `console.log('ready 1'); setTimeout(() => console.error('ready 2'), 200); setTimeout(() => {}, 60000)`,
  )
  expect((await program.line(/ready (2)/))[1]).toBe('2')
  expect((await program.line(/ready (1)/))[1]).toBe('1')
})

it('fails with the last lines of a program that ends too early', async () => {
  await using program = node(`console.error('port 9876 is taken'); process.exitCode = 3`)
  await expect(program.line(/ready/)).rejects.toThrow(
    /the script ended before .*exit 3.*\nport 9876 is taken/s,
  )
  await expect(program.succeeded()).rejects.toThrow('failed')
})

it('fails when the time is up and the program has printed nothing', async () => {
  await using program = node('setTimeout(() => {}, 60000)')
  await expect(program.line(/ready/, { withinMs: 100 })).rejects.toThrow(
    'did not come in 100 ms (still running)',
  )
})

it('fails with the reason when the command does not exist', async () => {
  await using program = ChildProgram.start({ name: 'nothing', command: 'no-such-command', args: [] })
  await expect(program.succeeded()).rejects.toThrow('ENOENT')
})

it('stops a program, and kills one that does not listen', async () => {
  await using polite = node(
    `process.on('SIGTERM', () => process.exit(0)); console.log('up'); setTimeout(() => {}, 60000)`,
  )
  await polite.line(/up/)
  expect(await polite.stop()).toBe(0)
  await using deaf = node(`process.on('SIGTERM', () => {}); console.log('up'); setTimeout(() => {}, 60000)`)
  await deaf.line(/up/)
  expect(await deaf.stop({ withinMs: 100 })).toBe('SIGKILL')
})

it('sorts JSON lines by their event, and skips other lines', async () => {
  await using program = node(
    `process.stdin.on('data', (text) => console.log(JSON.stringify({ event: 'said', text: String(text).trim() })));
     console.log('not JSON'); console.log('{"event":"started","time":1}')`,
  )
  const lines = new JsonLines(program)
  expect(await lines.until('started', 1)).toEqual([{ event: 'started', time: 1 }])
  program.say('hello')
  program.say('again')
  await eventually(() => expect(lines.of('said').length).toBeGreaterThan(0))
  expect(lines.of('said')[0]).toMatchObject({ text: expect.stringContaining('hello') })
})
