import { join } from 'node:path'
import {
  apacheLibrary,
  ChildProgram,
  repositoryRoot,
  startJava,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { expect, test } from 'vitest'
import { maven } from './programs/maven.js'

const golden = join(repositoryRoot, 'interop/java-golden')

test("Apache's classes read what our codecs write: frames, records, batches, bodies, ids", async () => {
  await maven(golden, 'compile')
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
