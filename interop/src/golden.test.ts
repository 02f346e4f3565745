import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  apacheLibrary,
  ChildProgram,
  repositoryRoot,
  startJava,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { beforeAll, expect, it } from 'vitest'
import { maven } from './programs/maven.js'

const golden = join(repositoryRoot, 'interop/java-golden')

beforeAll(() => maven(golden, 'compile'))

it("Apache's classes read what our codecs write: frames, records, batches, bodies, ids", async () => {
  await using folder = await TemporaryDirectory.create()
  const file = join(folder.path, 'ours.json')
  const ours = ChildProgram.start({
    name: 'our codecs',
    command: process.execPath,
    args: [join(golden, 'ours.mjs'), file],
  })
  await ours.succeeded()
  const verify = startJava({
    name: 'Golden verify',
    classpath: [join(golden, 'target/classes'), join(await apacheLibrary(), '*')],
    main: 'dev.rocketeer.golden.Golden',
    args: ['verify', file],
    jvm: [`-Duser.home=${folder.path}`],
  })
  const [last] = (await verify.succeeded()).slice(-1)
  expect(last).toMatch(/^[1-9]\d* passed, 0 failed$/)
})

it("Apache's SQL92 filter gives the results of our golden file", async () => {
  await remade('packages/broker/golden/sql92-apache-5.5.0.golden.json', 'SqlFilters')
})

it("Apache's allocation strategies give the shares of our golden file", async () => {
  await remade('packages/client/golden/allocations-apache-5.5.0.golden.json', 'Allocations')
})

/** Has a Java program rewrite a copy of a golden file with what Apache's classes say, which must change nothing. */
async function remade(file: string, program: string): Promise<void> {
  await using folder = await TemporaryDirectory.create()
  const ours = join(repositoryRoot, file)
  const copy = join(folder.path, 'copy.json')
  await copyFile(ours, copy)
  const made = startJava({
    name: `Golden ${program}`,
    classpath: [join(golden, 'target/classes'), join(await apacheLibrary(), '*')],
    main: `dev.rocketeer.golden.${program}`,
    args: [copy],
    jvm: [`-Duser.home=${folder.path}`],
  })
  await made.succeeded()
  expect(JSON.parse(await readFile(copy, 'utf8'))).toEqual(JSON.parse(await readFile(ours, 'utf8')))
}
