import { join } from 'node:path'
import { ChildProgram, MariadbServer, repositoryRoot } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'

it('the shop with a MariaDB that is really stopped and started: every paid order has its one coupon', async () => {
  await using mariadb = await MariadbServer.start()
  await using shop = ChildProgram.start({
    name: 'the shop',
    command: process.execPath,
    args: [
      join(repositoryRoot, 'scripts/run.mjs'),
      'examples/shop/dist/main.js',
      '--database',
      mariadb.url,
      '--database-stop',
      mariadb.stopCommand,
      '--database-start',
      mariadb.startCommand,
    ],
  })
  const printed = (await shop.succeeded({ withinMs: 170_000 })).join('\n')
  console.log(printed)
  expect(printed).toMatch(/paid\D+[1-9]/)
}, 240_000)
