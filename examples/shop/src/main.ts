import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, Resources } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import { Command, InvalidArgumentError } from 'commander'
import type { Database, Outage } from './databases/database.js'
import { MysqlDatabase, serverOutage } from './databases/mysql-database.js'
import { SqliteDatabase } from './databases/sqlite-database.js'
import { ChapterOne } from './story/chapter-one.js'
import { pc } from './story/colors.js'
import { isClean } from './story/reconcile.js'
import { report } from './story/report.js'

/**
 * Retries start at level 3, so with these levels a message fails at 0, 1, 3 and 6 s and then becomes a dead letter: an
 * outage of some seconds shows everything. RocketMQ's own levels (10 s, 30 s, 1 min, …) take hours for the same story.
 */
const STORY_DELAY_LEVELS = '1s 1s 1s 2s 3s 4s 5s 6s 7s 8s'

interface CommandLine {
  database?: string
  orderDatabase?: string
  databaseStop?: string
  databaseStart?: string
  nameservers?: string
  rate: number
  outage: number
}

interface Stage {
  orderDatabase: Database
  couponDatabase: Database
  outage: Outage
}

function positive(text: string): number {
  const number = Number(text)
  if (number > 0 && number <= 1000) return number
  throw new InvalidArgumentError('a number from 1 to 1000 is needed.')
}

function commandLine(): Command {
  return new Command('shop')
    .description('A payment turns into a coupon although the coupon database was down.')
    .option(
      '--database <url>',
      'MariaDB or MySQL of the coupon service, for example mysql://root@127.0.0.1:3306',
    )
    .option('--order-database <url>', 'MariaDB or MySQL of the order service, on another server (SQLite)')
    .option('--database-stop <command>', 'shell command that stops the MariaDB server')
    .option('--database-start <command>', 'shell command that starts it and returns when it answers')
    .option(
      '--nameservers <list>',
      'use this RocketMQ cluster instead of an embedded one (its delay levels apply)',
    )
    .option('--rate <orders>', 'orders paid per second', positive, 40)
    .option('--outage <seconds>', 'how long the coupon database is down', positive, 12)
}

async function setTheStage(options: CommandLine, resources: Resources): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'rocketeer-shop-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  if (options.database === undefined) {
    const couponDatabase = resources.use(new SqliteDatabase(join(folder, 'coupons.db')))
    const orderDatabase = resources.use(new SqliteDatabase(join(folder, 'orders.db')))
    return { orderDatabase, couponDatabase, outage: couponDatabase.outage() }
  }
  if (!options.databaseStop || !options.databaseStart) {
    throw new Error(
      '--database also needs --database-stop and --database-start: the story really stops the server',
    )
  }
  // The whole server goes away, so orders must live elsewhere: customers go on paying.
  const orderDatabase = options.orderDatabase
    ? resources.use(await MysqlDatabase.open(options.orderDatabase, 'shop_orders'))
    : resources.use(new SqliteDatabase(join(folder, 'orders.db')))
  const couponDatabase = resources.use(await MysqlDatabase.open(options.database, 'shop_coupons'))
  return { orderDatabase, couponDatabase, outage: serverOutage(options.databaseStop, options.databaseStart) }
}

async function embeddedServer(resources: Resources): Promise<string[]> {
  const server = resources.use(await startServer({ delayLevels: STORY_DELAY_LEVELS }))
  return [...server.nameservers]
}

async function play(options: CommandLine): Promise<void> {
  await using resources = new Resources()
  const stage = await setTheStage(options, resources)
  const nameservers = options.nameservers?.split(';') ?? (await embeddedServer(resources))
  const result = await ChapterOne.play({
    ...stage,
    nameservers,
    ordersPerSecond: options.rate,
    calmSeconds: 4,
    outageSeconds: options.outage,
    retriesMax: 3,
    replayPerSecond: 200,
    balanceSecondsMax: 60,
  })
  process.stdout.write(`${report(result)}\n`)
  if (!isClean(result)) process.exitCode = 1
}

try {
  await play(commandLine().parse().opts<CommandLine>())
} catch (error) {
  process.stderr.write(`${pc.red('shop:')} ${messageOf(error)}\n`)
  process.exitCode = 1
}
